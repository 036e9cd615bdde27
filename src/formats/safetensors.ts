import { ConvError, type Place } from "../base/errors";
import { clipped } from "../base/text";
import type { Dtype } from "../tensor/dtype";
import { type Tensor, tensor } from "../tensor/tensor";
import { decodeElements } from "./elements";
import { findKeyProblems } from "./json";
import { checkedCount } from "./shape";
import { type Source, decodeText } from "./source";
import { z } from "./zod";

export interface SafetensorsEntry {
  /** As the file names it: "F32". */
  readonly storage: string;
  /** null: a type that is not supported here. */
  readonly dtype: Dtype | null;
  readonly shape: readonly number[];
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

/** The format's own limit. */
const MOST_HEADER = 100_000_000;

const storages: Readonly<Record<string, { readonly bytes: number; readonly dtype: Dtype | null }>> = {
  BOOL: { bytes: 1, dtype: "bool" },
  U8: { bytes: 1, dtype: "uint8" },
  I8: { bytes: 1, dtype: "int8" },
  U16: { bytes: 2, dtype: "uint16" },
  I16: { bytes: 2, dtype: "int16" },
  U32: { bytes: 4, dtype: "uint32" },
  I32: { bytes: 4, dtype: "int32" },
  U64: { bytes: 8, dtype: "uint64" },
  I64: { bytes: 8, dtype: "int64" },
  F16: { bytes: 2, dtype: "float16" },
  BF16: { bytes: 2, dtype: "bfloat16" },
  F32: { bytes: 4, dtype: "float32" },
  F64: { bytes: 8, dtype: "float64" },
  F8_E4M3: { bytes: 1, dtype: null },
  F8_E5M2: { bytes: 1, dtype: null },
  F8_E8M0: { bytes: 1, dtype: null },
  C64: { bytes: 8, dtype: null },
};

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int()),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const metadataSchema = z.record(z.string(), z.string());

/** What stands where, in words: of an entry, and of its keys. */
const meanings: Readonly<Record<string, string>> = {
  "": "an object with the keys dtype, shape and data_offsets",
  dtype: 'a text such as "F32"',
  shape: "a list of whole numbers",
  data_offsets: "two whole numbers, [begin, end]",
};
const numberMeaning = "a whole number from 0 to 2^53 - 1";

/**
 * An open .safetensors file. Layout: the header's length (8 bytes little-endian), the header (JSON: name → dtype, shape,
 * data_offsets, counted from the header's end), the elements, little-endian, C order, without holes or overlaps.
 */
export class SafetensorsFile {
  private constructor(
    readonly source: Source,
    readonly entries: ReadonlyMap<string, SafetensorsEntry>,
  ) {}

  /** Reads the header and checks all of it. Throws ConvError `truncated`, `too-large`, `bad-header`, `bad-shape`, `trailing-bytes`. */
  static async open(source: Source): Promise<SafetensorsFile> {
    if (source.size < 8) throw cut(8, source.size);
    const lengthBytes = await source.read(0, 8);
    const length = new DataView(lengthBytes.buffer, lengthBytes.byteOffset, 8).getBigUint64(0, true);
    if (length > BigInt(MOST_HEADER))
      throw new ConvError({
        code: "too-large",
        what: "the header is too long, or this is no .safetensors file",
        at: { offset: 0 },
        expected: `at most ${MOST_HEADER} bytes`,
        found: `${length.toString()} bytes`,
      });
    const dataStart = 8 + Number(length);
    if (dataStart > source.size) throw cut(dataStart, source.size);
    const bytes = await source.read(8, dataStart);
    return new SafetensorsFile(source, entriesOf(parseHeader(bytes), dataStart, source.size));
  }

  async tensor(name: string): Promise<Tensor> {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new ConvError({ code: "bad-key", what: `the file has no tensor "${clipped(name)}"` });
    if (entry.dtype === null)
      throw new ConvError({
        code: "unsupported",
        what: `the elements are ${clipped(entry.storage)}`,
        at: { path: pathOf(name, "dtype") },
        expected: Object.keys(storages)
          .filter((key) => storages[key].dtype !== null)
          .join(", "),
        remedy: "Save it as one of these, for example as F32",
      });
    const bytes = await this.source.read(entry.start, entry.end);
    return tensor(entry.dtype, entry.shape, decodeElements(entry.dtype, bytes));
  }
}

function parseHeader(bytes: Uint8Array): [name: string, value: unknown][] {
  const bad = (what: string, at: Place, cause?: unknown) => new ConvError({ code: "bad-header", what, at }, { cause });
  let text: string;
  try {
    text = decodeText(bytes);
  } catch (cause) {
    throw bad("the header is not UTF-8", { offset: 8 }, cause);
  }
  const byteAt = (index: number) => 8 + new TextEncoder().encode(text.slice(0, index)).length;
  const problem = findKeyProblems(text).find(({ kind }) => kind !== "proto");
  if (problem !== undefined) {
    const what =
      problem.kind === "depth" ? "the header is nested too deep" : `the header has "${clipped(problem.text)}" twice`;
    throw bad(what, { offset: byteAt(problem.offset) });
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw bad("the header is not JSON", { offset: 8 }, cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header) || bytes[0] !== 0x7b)
    throw bad("the header is not a JSON object", { offset: 8 });
  return Object.entries(header);
}

function entriesOf(
  header: readonly [name: string, value: unknown][],
  dataStart: number,
  fileSize: number,
): Map<string, SafetensorsEntry> {
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of header) {
    if (name === "__metadata__") checked(metadataSchema, name, value, () => "an object of texts");
    else entries.set(name, entryOf(name, value, dataStart));
  }
  // Together, in the order of the file, the tensors are the data: no hole, no overlap, nothing after them.
  let end = dataStart;
  for (const [name, entry] of [...entries].sort((a, b) => a[1].start - b[1].start || a[1].end - b[1].end)) {
    if (entry.start !== end) {
      const label = clipped(name);
      const what =
        entry.start < end ? `the data of "${label}" overlaps another tensor's` : `a hole is before "${label}"`;
      const place = { path: pathOf(name, "data_offsets") };
      throw badHeader(what, place, String(end - dataStart), String(entry.start - dataStart));
    }
    end = entry.end;
  }
  if (end > fileSize) throw cut(end, fileSize);
  if (end < fileSize)
    throw new ConvError({
      code: "trailing-bytes",
      what: "bytes stand after the last tensor",
      at: { offset: end },
      expected: `${end} bytes`,
      found: `${fileSize} bytes`,
    });
  return entries;
}

function entryOf(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const {
    dtype: storage,
    shape,
    data_offsets,
  } = checked(entrySchema, name, value, (path) =>
    path.length > 1 ? numberMeaning : meanings[path.map(String).join("")],
  );
  const [start, end] = data_offsets;
  if (end < start)
    throw badHeader(
      "the data ends before it begins",
      { path: pathOf(name, "data_offsets") },
      undefined,
      `[${start}, ${end}]`,
    );
  const count = checkedCount(shape, (axis) => ({ path: `${pathOf(name, "shape")}[${axis}]` }));
  const known = Object.hasOwn(storages, storage) ? storages[storage] : undefined;
  if (known !== undefined && count * known.bytes !== end - start)
    throw badHeader(
      `${storage} [${shape.join(", ")}] and the length of its data disagree`,
      { path: pathOf(name, "data_offsets") },
      `${count * known.bytes} bytes`,
      `${end - start} bytes`,
    );
  return { storage, dtype: known?.dtype ?? null, shape, start: dataStart + start, end: dataStart + end };
}

/** `meaning` says in words what should stand at a path. */
function checked<T>(
  schema: z.ZodType<T>,
  name: string,
  value: unknown,
  meaning: (path: readonly PropertyKey[]) => string,
): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const found = issue.code === "unrecognized_keys" ? issue.keys[0] : issue.input;
  throw badHeader(
    "the header's entry is malformed",
    { path: pathOf(name, ...issue.path) },
    meaning(issue.path),
    textOf(found),
  );
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : clipped(JSON.stringify(value));
}

function pathOf(name: string, ...rest: readonly PropertyKey[]): string {
  return (
    JSON.stringify(clipped(name)) +
    rest.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")
  );
}

function badHeader(what: string, at: Place, expected?: string, found?: string): ConvError {
  return new ConvError({ code: "bad-header", what, at, expected, found });
}

function cut(need: number, have: number): ConvError {
  return new ConvError({
    code: "truncated",
    what: "the file is cut off",
    at: { offset: have },
    expected: `${need} bytes`,
    found: `${have} bytes`,
  });
}
