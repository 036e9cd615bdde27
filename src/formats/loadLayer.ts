import { ConvError, type Place, namingFile } from "../base/errors";
import { clipped } from "../base/text";
import type { Files } from "../base/files";
import { type Intermediate, type ResultName, type StageName, intermediates, resultNames } from "../conv/passes";
import { type Geometry, geometryOf } from "../conv/geometry";
import type { ConvSpec } from "../conv/spec";
import type { ComputeDtype } from "../tensor/dtype";
import { type ComputeTensor, type Tensor, toCompute } from "../tensor/tensor";
import { arranged, axesAsTheyAre, doubtfulLayout, expectedAxes } from "./axes";
import { geometryFault } from "./geometryFault";
import { type AxesOf, givenAxes, resultAxes, specOf } from "./layerAxes";
import { type ParsedLayer, parseLayerFile } from "./layerFile";
import type { LayerNote, Tell } from "./layerNotes";
import { type LayerSource, type Loaded, convert, dtypeFor, loadSource, namedIn } from "./layerSources";
import { type JsonPath, LiteralError, pathText } from "./literal";
import { overrideOf, parseOverride } from "./overrides";
import type { ReadBefore } from "./readBefore";
import { type LayerFile, type TensorSource, sourceForms } from "./schema";
import { decodeText, withinMemory } from "./source";

export type SourceName = "x" | "W" | "b" | "dout" | `expected.${StageName}`;

/** A layer that can be run: a valid geometry, and tensors that fit it, all of one dtype, in NCHW and OIHW. */
export interface Layer {
  /** The file's name without `.conv.json`. */
  readonly name: string;
  readonly file: string;
  readonly spec: ConvSpec;
  readonly geometry: Geometry;
  readonly x: ComputeTensor;
  readonly W: ComputeTensor;
  readonly b: ComputeTensor | null;
  /** null: ones. */
  readonly dout: ComputeTensor | null;
  /** In the precision in which they were given; integers as float64. */
  readonly expected: Readonly<Partial<Record<ResultName, ComputeTensor>>>;
  /** Steps in between of somebody else, as they came, in any layout and of any shape; none unless asked for. */
  readonly intermediates: Readonly<Partial<Record<Intermediate, ComputeTensor>>>;
  readonly notes: readonly LayerNote[];
  readonly sources: Readonly<Partial<Record<SourceName, LayerSource>>>;
}

export interface LoadOptions {
  /** The layer file's text, if it is not to be read from `path`: unsaved, or from standard input. */
  readonly text?: string;
  /** `key=value`, as --set takes them: see overrides.ts. Paths in them are relative to the layer file's folder, too. */
  readonly set?: readonly string[];
  /** A path in the folder from which relative paths start, if that is not the layer file's. */
  readonly folderOf?: string;
  /** Expected results of another size are not refused but given as they are, with four axes (db: one): their size is to be explained. */
  readonly anyExpected?: boolean;
  /** Steps in between are read, too. They are many times as large as x, and of no use but to find the first stage that differs. */
  readonly intermediates?: boolean;
  /** Where sources are looked for before their files are read. */
  readonly before?: ReadBefore;
}

const MOST_TEXT = 2 ** 28;

/** Reads a layer file and all its tensors, and checks that they fit. Throws ConvError with the file and the place in it. */
export async function loadLayer(files: Files, path: string, options: LoadOptions = {}): Promise<Layer> {
  const overrides = (options.set ?? []).map(parseOverride);
  const text = options.text ?? (await namingFile(path, async () => decodeText(await files.read(path, MOST_TEXT))));
  const parsed = parseLayerFile(text, path, overrides);
  const placeOf = (key: JsonPath): Place => {
    const range = parsed.at(key);
    const set = overrideOf(overrides, key);
    if (set !== undefined) return { path: `--set ${set.text}` };
    return { ...(range && { line: range.line, column: range.column }), path: pathText(key) };
  };
  const loader = new Loader(files, path, options, parsed, placeOf);
  return namingFile(path, () => withinMemory(() => loader.layer()));
}

class Loader {
  readonly #value: LayerFile;
  readonly #notes: LayerNote[] = [];
  readonly #sources: Partial<Record<SourceName, LayerSource>> = {};

  constructor(
    readonly files: Files,
    readonly file: string,
    readonly options: LoadOptions,
    parsed: ParsedLayer,
    readonly placeOf: (key: JsonPath) => Place,
  ) {
    this.#value = parsed.value;
  }

  async layer(): Promise<Layer> {
    const { input, weight, bias, layout, dout } = this.#value;
    const given = givenAxes(this.#value);
    const x = await this.#load("x", ["input"], input, given.x);
    const dtype = this.#value.dtype ?? dtypeFor(x);
    const W = await this.#load("W", ["weight"], weight, given.W);
    const b = bias ? await this.#load("b", ["bias"], bias, given.b) : null;

    const spec = specOf(this.#value);
    const geometry = this.#geometry(x.tensor, W.tensor, b?.tensor ?? null, spec);
    if (layout?.input === undefined && x.source.kind === "file") {
      const { note, instead } = doubtfulLayout(x.source.shape, geometry.channels);
      if (note !== undefined) this.#tell(note, instead);
    }
    const known = resultAxes(this.#value, geometry);
    const start =
      dout === undefined || dout === "ones" ? null : await this.#load("dout", ["dout"], dout, known.dout("dout"));
    const expected = await this.#expected(known);
    const compute = (name: string, { tensor, soft }: Loaded) => convert(name, tensor, dtype, soft, this.#tell);
    return {
      name: this.file.replace(/^.*[\\/]/, "").replace(/(\.conv)?\.jsonc?$/i, ""),
      file: this.file,
      spec,
      geometry,
      x: compute("x", x),
      W: compute("W", W),
      b: b === null ? null : compute("b", b),
      dout: start === null ? null : compute("dout", start),
      expected,
      intermediates: this.options.intermediates === true ? await this.#intermediates() : {},
      notes: this.#notes,
      sources: this.#sources,
    };
  }

  readonly #tell: Tell = (text, instead = []) => void this.#notes.push({ text, instead });

  /** A source brought to its axes. Errors lead to its key. */
  async #load(name: SourceName, key: JsonPath, source: TensorSource, axesOf: AxesOf): Promise<Loaded> {
    const label = pathText(key);
    try {
      const { folderOf = this.file, before } = this.options;
      const tell = (text: string) => this.#tell(`${label}: ${text}`);
      const loaded = await loadSource(this.files, folderOf, source, key, tell, before);
      this.#sources[name] = loaded.source;
      // An image comes as [1, C, H, W], whatever the layout of files is.
      if (loaded.source.kind === "image" && (name === "x" || name === "W")) return loaded;
      const axes = axesOf(loaded.tensor.shape);
      if (axes.note !== undefined) this.#tell(axes.note, axes.instead);
      return { ...loaded, tensor: arranged(loaded.tensor, axes) };
    } catch (error) {
      const place = this.placeOf(error instanceof LiteralError ? error.path : key);
      throw namedIn(withForms(error, name, source), this.file, place);
    }
  }

  #geometry(x: Tensor, W: Tensor, b: Tensor | null, spec: ConvSpec): Geometry {
    try {
      return geometryOf(x.shape, W.shape, b?.shape ?? null, spec);
    } catch (error) {
      if (!(error instanceof ConvError)) throw error;
      const { key, remedy } = geometryFault(error, x.shape, W.shape, spec, this.#value);
      const fault = { ...error.fault, file: this.file, at: this.placeOf([key]) };
      throw new ConvError({ ...fault, remedy: remedy ?? fault.remedy }, { cause: error });
    }
  }

  async #expected(axes: Record<ResultName, (name: string) => AxesOf>): Promise<Layer["expected"]> {
    const found: Partial<Record<ResultName, ComputeTensor>> = {};
    for (const name of resultNames) {
      const source = this.#value.expected?.[name];
      if (source === undefined) continue;
      const known = axes[name](`expected.${name}`);
      const { tensor } = await this.#load(
        `expected.${name}`,
        ["expected", name],
        source,
        this.options.anyExpected === true ? (given) => expectedAxes(given, name === "db" ? 1 : 4, known) : known,
      );
      found[name] = toCompute(tensor, compareDtype(tensor));
    }
    return found;
  }

  async #intermediates(): Promise<Layer["intermediates"]> {
    const found: Partial<Record<Intermediate, ComputeTensor>> = {};
    for (const name of intermediates) {
      const source = this.#value.expected?.[name];
      if (source === undefined) continue;
      const { tensor } = await this.#load(`expected.${name}`, ["expected", name], source, axesAsTheyAre);
      found[name] = toCompute(tensor, compareDtype(tensor));
    }
    return found;
  }
}

/** A word that is no file was meant as something else: what there is. */
function withForms(error: unknown, name: SourceName, source: TensorSource): unknown {
  const isWord = typeof source === "string" && !/[./\\#]/.test(source);
  if (!(error instanceof ConvError) || error.code !== "not-found" || !isWord) return error;
  const expected = name === "dout" ? `"ones", ${sourceForms}` : sourceForms;
  return new ConvError({ ...error.fault, expected, found: JSON.stringify(clipped(source)) }, { cause: error });
}

/** The type that holds the given values without loss. */
function compareDtype({ dtype }: Tensor): ComputeDtype {
  return dtype === "float32" || dtype === "float16" || dtype === "bfloat16" ? "float32" : "float64";
}
