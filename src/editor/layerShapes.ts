import { ConvError } from "../base/errors";
import type { Files } from "../base/files";
import { type Geometry, geometryOf } from "../conv/geometry";
import { type ConvSpec, defaultSpec } from "../conv/spec";
import { listTensors, splitKey } from "../formats/formats";
import { geometryFault } from "../formats/geometryFault";
import { type LayerProblem, type ParsedLayer, layerProblems, parseLayerFile } from "../formats/layerFile";
import { LayerText } from "../formats/layerText";
import { type JsonPath, literalTensor, pathText } from "../formats/literal";
import type { TensorSource } from "../formats/schema";
import { elementCount } from "../tensor/tensor";

export interface CheckedLayer {
  readonly problems: readonly LayerProblem[];
  /** Where the shapes fit; null where there are problems. */
  readonly geometry: Geometry | null;
}

/**
 * Everything that can be said of a layer file from its text and the headers of its files, as fast as one types: no elements
 * are read, so what is wrong with those shows only in a run.
 */
export async function checkLayer(files: Files, path: string, text: string): Promise<CheckedLayer> {
  const problems = layerProblems(text, path);
  if (problems.length > 0) return { problems, geometry: null };
  const parsed = parseLayerFile(text, path);
  const { value } = parsed;
  const found: LayerProblem[] = [];
  const shape = async (key: JsonPath, source: TensorSource | null | undefined, axes: Axes) => {
    if (source === null || source === undefined) return null;
    try {
      return axes(await shapeOf(files, path, source, key));
    } catch (error) {
      if (!(error instanceof ConvError)) throw error;
      found.push({ error, range: rangeOf(parsed, text, key) });
      return null;
    }
  };
  const { layout } = value;
  const x = await shape(["input"], value.input, inputAxes(layout?.input ?? "NCHW"));
  const W = await shape(["weight"], value.weight, weightAxes(layout?.weight ?? "OIHW"));
  const b = await shape(["bias"], value.bias, (raw) => ({ shape: [elementCount(raw.shape)] }));
  if (x === null || W === null || found.length > 0) return { problems: found, geometry: null };

  const spec: ConvSpec = {
    stride: value.stride ?? defaultSpec.stride,
    padding: value.padding ?? defaultSpec.padding,
    paddingMode: value.paddingMode ?? defaultSpec.paddingMode,
    dilation: value.dilation ?? defaultSpec.dilation,
    groups: value.groups ?? defaultSpec.groups,
  };
  try {
    return { problems: [], geometry: geometryOf(x.shape, W.shape, b?.shape ?? null, spec) };
  } catch (error) {
    if (!(error instanceof ConvError)) throw error;
    const { key, remedy } = geometryFault(error, x.shape, W.shape, spec, value);
    const fault = { ...error.fault, file: path, remedy: remedy ?? error.fault.remedy };
    return { problems: [{ error: new ConvError(fault), range: rangeOf(parsed, text, [key]) }], geometry: null };
  }
}

function rangeOf(parsed: ParsedLayer, text: string, key: JsonPath): LayerProblem["range"] {
  return parsed.at(key) ?? new LayerText(text).near(key);
}

interface Raw {
  readonly shape: readonly number[];
  /** It comes as [1, C, H, W], whatever the layout of files is. */
  readonly image?: boolean;
}
type Axes = (raw: Raw) => { readonly shape: readonly number[] };

const imageChannels = { gray: 1, rgb: 3, rgba: 4 };

async function shapeOf(files: Files, base: string, source: TensorSource, key: JsonPath): Promise<Raw> {
  if (Array.isArray(source)) return { shape: literalTensor(source, key).shape };
  if (typeof source === "object" && "random" in source) return { shape: source.random };
  const { path: name, key: entry } = typeof source === "string" ? splitKey(source) : { path: source.image };
  const file = await files.resolve(base, name);
  const infos = await listTensors(files, file);
  const info = entry === undefined && infos.length === 1 ? infos[0] : infos.find(({ name }) => name === entry);
  if (info === undefined)
    throw new ConvError({
      code: "bad-key",
      what: entry === undefined ? "the archive holds several tensors" : `the archive has no tensor "${entry}"`,
      file,
      at: { path: pathText(key) },
      expected: `one of ${infos.map(({ name }) => `#${name}`).slice(0, 10).join(", ")}`, // prettier-ignore
    });
  const image = typeof source === "object" || /\.(png|jpe?g)$/i.test(file);
  if (!image) return info;
  const [n, stored, height, width] = info.shape;
  const channels = typeof source === "object" && source.channels ? imageChannels[source.channels] : stored;
  return { shape: [n, channels, height, width], image };
}

function inputAxes(layout: string): Axes {
  return ({ shape, image }) => {
    if (image === true) return { shape };
    if (shape.length < 2 || shape.length > 4) throw badAxes("input", shape);
    return { shape: ordered(shape, layout, "NCHW".slice(4 - shape.length), "NCHW") };
  };
}

function weightAxes(layout: string): Axes {
  return ({ shape, image }) => {
    if (image === true) return { shape };
    if (shape.length !== 2 && shape.length !== 4) throw badAxes("weight", shape);
    return { shape: ordered(shape, layout, shape.length === 2 ? "HW" : "OIHW", "OIHW") };
  };
}

/** The sizes in the order of `base`; axes that the file does not have are 1. */
function ordered(shape: readonly number[], layout: string, kept: string, base: string): number[] {
  const present = layout.split("").filter((letter) => kept.includes(letter));
  return base.split("").map((letter) => (kept.includes(letter) ? shape[present.indexOf(letter)] : 1));
}

function badAxes(name: string, shape: readonly number[]): ConvError {
  const expected = name === "input" ? "2 to 4 axes" : "4 axes, or 2: one filter on one channel";
  return new ConvError({
    code: "bad-shape",
    what: `${name} has ${shape.length} axes`,
    expected,
    found: `shape ${shape.join("×")}`,
  });
}
