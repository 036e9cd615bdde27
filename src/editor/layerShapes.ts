import { ConvError } from "../base/errors";
import type { Files } from "../base/files";
import { intermediates, resultNames } from "../conv/passes";
import { type Geometry, geometryOf } from "../conv/geometry";
import { type Axes, axesAsTheyAre } from "../formats/axes";
import type { Fix } from "../formats/fix";
import { chosenKey, listTensors, splitKey } from "../formats/formats";
import { geometryFault } from "../formats/geometryFault";
import { geometryFixes } from "../formats/layerFixes";
import { type AxesOf, givenAxes, resultAxes, specOf } from "../formats/layerAxes";
import { type LayerProblem, type ParsedLayer, layerProblems, parseLayerFile } from "../formats/layerFile";
import { LayerText } from "../formats/layerText";
import { type JsonPath, literalTensor, pathText } from "../formats/literal";
import type { TensorSource } from "../formats/schema";
import { otherKeys } from "./layerFixes";

export interface CheckedLayer {
  readonly text: string;
  readonly problems: readonly LayerProblem[];
  /** Null where the text itself is wrong. */
  readonly parsed: ParsedLayer | null;
  /** How the tensors were taken, "weight" and "expected.out"; those whose shapes could be read and fit. */
  readonly axes: ReadonlyMap<string, Axes>;
  /** Where the shapes of x, W and b fit each other; null otherwise. */
  readonly geometry: Geometry | null;
}

/**
 * Everything that can be said of a layer file from its text and the headers of its files, as fast as one types: no elements
 * are read, so what is wrong with those shows only in a run.
 */
export async function checkLayer(files: Files, path: string, text: string): Promise<CheckedLayer> {
  const problems = layerProblems(text, path);
  const axes = new Map<string, Axes>();
  if (problems.length > 0) return { text, problems, parsed: null, axes, geometry: null };
  const parsed = parseLayerFile(text, path);
  const { value } = parsed;
  const fault = (error: unknown, key: JsonPath, fixes?: readonly Fix[]) => {
    if (!(error instanceof ConvError)) throw error;
    problems.push({ error, range: rangeOf(parsed, text, key), fixes });
  };
  const read = async (key: JsonPath, source: TensorSource | null | undefined, axesOf: AxesOf) => {
    if (source === null || source === undefined) return null;
    try {
      const { shape, image } = await shapeOf(files, path, source, key);
      const found = image === true ? axesAsTheyAre(shape) : axesOf(shape);
      axes.set(pathText(key), found);
      return found.shape;
    } catch (error) {
      fault(error, key, await otherKeys(files, path, text, key, source));
      return null;
    }
  };
  const given = givenAxes(value);
  const x = await read(["input"], value.input, given.x);
  const W = await read(["weight"], value.weight, given.W);
  const b = await read(["bias"], value.bias, given.b);
  if (x === null || W === null || problems.length > 0) return { text, problems, parsed, axes, geometry: null };

  const spec = specOf(value);
  try {
    const geometry = geometryOf(x, W, b, spec);
    const known = resultAxes(value, geometry);
    if (value.dout !== "ones") await read(["dout"], value.dout, known.dout("dout"));
    for (const name of resultNames)
      await read(["expected", name], value.expected?.[name], known[name](`expected.${name}`));
    for (const name of intermediates) await read(["expected", name], value.expected?.[name], axesAsTheyAre);
    return { text, problems, parsed, axes, geometry };
  } catch (error) {
    if (!(error instanceof ConvError)) throw error;
    const { key, remedy } = geometryFault(error, x, W, spec, value);
    const fixes = geometryFixes(text, value, x, W, b);
    fault(new ConvError({ ...error.fault, file: path, remedy: remedy ?? error.fault.remedy }), [key], fixes);
    return { text, problems, parsed, axes, geometry: null };
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

const imageChannels = { gray: 1, rgb: 3, rgba: 4 };

async function shapeOf(files: Files, base: string, source: TensorSource, key: JsonPath): Promise<Raw> {
  if (Array.isArray(source)) return { shape: literalTensor(source, key).shape };
  if (typeof source === "object" && "random" in source) return { shape: source.random };
  const { path: name, key: entry } = typeof source === "string" ? splitKey(source) : { path: source.image };
  const file = await files.resolve(base, name);
  const infos = await listTensors(files, file);
  const image = typeof source === "object" || /\.(png|jpe?g)$/i.test(file);
  const names = infos.map((info) => info.name);
  const chosen = infos.length === 1 && entry === undefined ? names[0] : chosenKey(names, entry);
  const { shape } = infos[names.indexOf(chosen)];
  if (!image) return { shape };
  const [n, stored, height, width] = shape;
  const channels = typeof source === "object" && source.channels ? imageChannels[source.channels] : stored;
  return { shape: [n, channels, height, width], image };
}
