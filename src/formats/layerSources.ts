import { ConvError, namingFile } from "../base/errors";
import type { Files } from "../base/files";
import type { ComputeDtype } from "../tensor/dtype";
import { type ComputeTensor, type Tensor, indexAt, toCompute } from "../tensor/tensor";
import { formatOf, openTensors, readTensor, splitKey } from "./formats";
import { readImage } from "./image";
import { type Tell, inFloat64 } from "./layerNotes";
import { type JsonPath, literalTensor } from "./literal";
import { imageTensor } from "./pixels";
import { type RandomSpec, randomTensor } from "./random";
import type { ReadBefore } from "./readBefore";
import type { TensorSource } from "./schema";
import { fileSource } from "./source";

/** Where a tensor of a layer came from, as it was there. */
export interface LayerSource {
  readonly kind: "file" | "image" | "literal" | "random";
  readonly file?: string;
  readonly key?: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** A tensor as it came. */
export interface Loaded {
  readonly tensor: Tensor;
  readonly source: LayerSource;
  /** Its precision is that of the machine that reads it: numbers as text, random ones, images. They go with any dtype. */
  readonly soft: boolean;
}

/** Reads one source of a layer file. `base` is the file whose folder relative paths start from. Throws ConvError. */
export async function loadSource(
  files: Files,
  base: string,
  wanted: TensorSource,
  path: JsonPath,
  note: Tell,
  before?: ReadBefore,
): Promise<Loaded> {
  if (Array.isArray(wanted)) return soft("literal", literalTensor(wanted, path));
  if (typeof wanted === "object" && "random" in wanted)
    return soft("random", randomTensor(wanted satisfies RandomSpec));
  const { path: name, key } = typeof wanted === "string" ? splitKey(wanted) : { path: wanted.image };
  const file = await files.resolve(base, name);
  const read = (tell: Tell) => loadFile(files, file, key, wanted, tell);
  return before === undefined ? read(note) : before.get(files, file, JSON.stringify(wanted), note, read);
}

async function loadFile(
  files: Files,
  file: string,
  key: string | undefined,
  wanted: Extract<TensorSource, string | { readonly image: string }>,
  note: Tell,
): Promise<Loaded> {
  const options = typeof wanted === "string" ? {} : wanted;
  const format = await namingFile(file, async () => {
    if (typeof wanted !== "string") return "image";
    return formatOf(file, await openTensors(files, file));
  });
  if (format === "image") {
    const image = await namingFile(file, async () => readImage(await fileSource(files, file)));
    const tensor = imageTensor(image, options, "float64", note);
    const dtype = image.most > 255 ? "uint16" : "uint8";
    return { tensor, source: { kind: "image", file, shape: tensor.shape, dtype }, soft: true };
  }
  const tensor = await readTensor(files, key === undefined ? file : `${file}#${key}`, note);
  const source: LayerSource = { kind: "file", file, key, shape: tensor.shape, dtype: tensor.dtype };
  return { tensor, source, soft: format === "csv" };
}

function soft(kind: "literal" | "random", tensor: Tensor): Loaded {
  return { tensor, source: { kind, shape: tensor.shape, dtype: tensor.dtype }, soft: true };
}

/** The type in which a layer with this input is computed, unless it says otherwise. */
export function dtypeFor({ tensor, soft }: Loaded): ComputeDtype {
  return tensor.dtype === "float64" && !soft ? "float64" : "float32";
}

/** Converts, and notes what that costs: lost digits of a float64 file, integers that do not fit, overflow to infinity. */
export function convert(name: string, source: Tensor, dtype: ComputeDtype, isSoft: boolean, tell: Tell): ComputeTensor {
  const note = (text: string) => tell(text, dtype === "float32" ? [inFloat64] : []);
  const result = toCompute(source, dtype);
  if (dtype === "float32" && source.dtype === "float64" && !isSoft)
    note(`${name} is float64 and was rounded to float32; "dtype": "float64" keeps it`);
  if (result.data === source.data) return result;
  const overflow = result.data.findIndex((value, i) => Math.abs(value) === Infinity && isFinite(source.data[i]));
  const place = (at: number) => `${name}[${indexAt(source.shape, at).join(", ")}]`;
  if (overflow >= 0)
    note(`${place(overflow)} = ${source.data[overflow].toString()} overflows ${dtype} and became infinite`);
  if (/^u?int/.test(source.dtype)) {
    const inexact = result.data.findIndex((value, i) => {
      const exact = source.data[i];
      return typeof exact === "bigint" ? BigInt(value) !== exact : value !== exact;
    });
    if (inexact >= 0) note(`${place(inexact)} = ${source.data[inexact].toString()} is not exact in ${dtype}`);
  }
  return result;
}

function isFinite(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isFinite(value);
}

/** The file that an error is about stays; the place in the layer file that led there is added. */
export function namedIn(error: unknown, file: string, at: { line?: number; column?: number; path?: string }): unknown {
  if (!(error instanceof ConvError)) return error;
  const { fault } = error;
  if (fault.file !== undefined && fault.file !== file)
    return new ConvError({ ...fault, namedIn: { file, at } }, { cause: error });
  return new ConvError({ ...fault, file, at: { ...fault.at, ...at } }, { cause: error });
}
