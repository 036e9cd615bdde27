import { ConvError } from "../base/errors";
import { bytesText } from "../base/text";
import { type Dtype, dtypes } from "../tensor/dtype";
import { type PyNode, parsePyLiteral } from "./pyLiteral";
import { checkedCount } from "./shape";
import type { Source } from "./source";

export interface NpyHeader {
  readonly version: "1.0" | "2.0" | "3.0";
  readonly dtype: Dtype;
  readonly bigEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Elements of the shape. */
  readonly count: number;
  /** Where the elements begin. */
  readonly dataOffset: number;
}

/** "\x93NUMPY" */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Headers of plain arrays are 128 bytes long. NumPy itself refuses more than 10 000 unless told otherwise. */
const MOST_HEADER = 65_536;

/**
 * The header of a .npy file; reads no more than it. Layout: magic (6 bytes), major and minor version, the header's
 * length (2 bytes little-endian; 4 from version 2.0), the header (Latin-1; UTF-8 from 3.0), the elements.
 * Throws ConvError `bad-magic`, `bad-version`, `truncated`, `too-large`, `bad-header`, `bad-shape`, `bad-dtype`, `unsupported`.
 */
export async function readNpyHeader(source: Source): Promise<NpyHeader> {
  const head = await source.read(0, Math.min(source.size, 256));
  const { version, start, length } = prefix(head);
  const dataOffset = start + length;
  if (length > MOST_HEADER)
    throw new ConvError({
      code: "too-large",
      what: "the header is too long",
      at: { offset: 8 },
      expected: `at most ${MOST_HEADER} bytes`,
      found: `${length} bytes`,
    });
  if (dataOffset > source.size)
    throw new ConvError({
      code: "truncated",
      what: "the file ends inside its header",
      at: { offset: source.size },
      expected: `${dataOffset} bytes`,
      found: `${source.size} bytes`,
    });
  const bytes = dataOffset <= head.length ? head.subarray(start, dataOffset) : await source.read(start, dataOffset);
  if (version === "3.0") checkUtf8(bytes, start);
  // One character for each byte, so that places in the text are places in the file. What is read of it is ASCII.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return { version, dataOffset, ...fields(parsePyLiteral(text, start)) };
}

function prefix(head: Uint8Array): { version: NpyHeader["version"]; start: number; length: number } {
  if (MAGIC.some((byte, i) => head[i] !== byte))
    throw new ConvError({
      code: "bad-magic",
      what: "this is not a .npy file",
      at: { offset: 0 },
      expected: '"\\x93NUMPY"',
      found: head.length === 0 ? "an empty file" : bytesText(head.subarray(0, 6)),
    });
  const cut = (need: number) =>
    new ConvError({
      code: "truncated",
      what: "the file ends inside its header",
      at: { offset: head.length },
      expected: `${need} bytes`,
      found: `${head.length} bytes`,
    });
  if (head.length < 8) throw cut(8);
  const versions = { "1.0": 10, "2.0": 12, "3.0": 12 } as const;
  const found = `${head[6]}.${head[7]}`;
  if (!isKeyOf(versions, found))
    throw new ConvError({
      code: "bad-version",
      what: "this version of the .npy format is not known",
      at: { offset: 6 },
      expected: "1.0, 2.0 or 3.0",
      found,
    });
  const start = versions[found];
  if (head.length < start) throw cut(start);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return { version: found, start, length: start === 10 ? view.getUint16(8, true) : view.getUint32(8, true) };
}

function isKeyOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

function checkUtf8(bytes: Uint8Array, offset: number): void {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const what = "the header is not UTF-8, which version 3.0 demands";
    throw new ConvError({ code: "bad-header", what, at: { offset } }, { cause });
  }
}

function fields(dictionary: PyNode): Pick<NpyHeader, "dtype" | "bigEndian" | "fortran" | "shape" | "count"> {
  if (dictionary.kind !== "dict") throw bad(dictionary, "the header is not a dictionary", "{…}", dictionary.kind);
  const found = new Map<string, PyNode>();
  for (const [key, value] of dictionary.entries) {
    const wanted = "the keys descr, fortran_order and shape";
    if (key.kind !== "string") throw bad(key, "a key of the header is not a string", wanted, key.kind);
    if (!["descr", "fortran_order", "shape"].includes(key.value))
      throw bad(key, "the header has a key that it should not have", wanted, JSON.stringify(key.value));
    if (found.has(key.value)) throw bad(key, `the header has ${key.value} twice`, wanted, JSON.stringify(key.value));
    found.set(key.value, value);
  }
  const field = (name: string): PyNode => {
    const node = found.get(name);
    if (node === undefined) throw bad(dictionary, `the header has no ${name}`, name, [...found.keys()].join(", "));
    return node;
  };
  const order = field("fortran_order");
  if (order.kind !== "bool") throw bad(order, "fortran_order is not a truth value", "True or False", order.kind);
  return { fortran: order.value, ...shapeOf(field("shape")), ...dtypeOf(field("descr")) };
}

function shapeOf(node: PyNode): { shape: readonly number[]; count: number } {
  if (node.kind !== "tuple")
    throw bad(node, "the shape is not a tuple", 'integers in brackets, such as "(2, 3)" or "(2,)"', node.kind);
  const sizes = node.items.map((item) => {
    if (item.kind === "int") return item;
    throw bad(item, "the shape holds something that is not an integer", "an integer", item.kind);
  });
  const shape = sizes.map(({ value }) => value);
  const place = (axis: number) => ({ path: `shape[${axis}]`, offset: sizes[axis].at });
  return {
    shape,
    count: checkedCount(
      shape,
      place,
      sizes.map(({ text }) => text),
    ),
  };
}

const codes: Readonly<Record<string, Dtype>> = {
  "?": "bool",
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

/** Kinds of NumPy's types that are no plain numbers: what they are, the way out, and the bytes that they take, if only some. */
const foreign: Readonly<Record<string, readonly [what: string, remedy: string, sizes?: readonly string[]]>> = {
  O: ["Python objects, which are pickled and never loaded", "Save it as numbers: a.astype(np.float32)"],
  c: ["complex numbers", "Save the parts that you need: a.real, a.imag", ["8", "16", "24", "32"]],
  f: ["extended precision, which differs between machines", "Save it as float64: a.astype(np.float64)", ["12", "16"]],
  M: ["dates", "Save it as numbers: a.astype(np.int64)"],
  m: ["time spans", "Save it as numbers: a.astype(np.int64)"],
  S: ["byte strings", "Save it as numbers"],
  a: ["byte strings", "Save it as numbers"],
  U: ["strings", "Save it as numbers"],
  V: ["raw bytes, as which NumPy also saves bfloat16", "Save it as numbers: a.astype(np.float32)"],
};

function dtypeOf(node: PyNode): Pick<NpyHeader, "dtype" | "bigEndian"> {
  const unsupported = (found: string, remedy: string) =>
    new ConvError({
      code: "unsupported",
      what: `the array's elements are ${found}`,
      at: { path: "descr", offset: node.at },
      expected: "bool, int8 to int64, uint8 to uint64, float16, float32 or float64",
      ...(node.kind === "string" ? { found: JSON.stringify(node.value) } : {}),
      remedy,
    });
  if (node.kind === "list" || node.kind === "tuple")
    throw unsupported("structures of several fields", "Save each field as an array of its own: a['field']");
  if (node.kind !== "string") throw bad(node, "descr is not a type", "a string such as '<f4'", node.kind);
  // The groups always take part in the match; only `?` alone has no size.
  const match = /^([<>=|]?)([A-Za-z?])(\d*)/.exec(node.value);
  const code = match === null ? undefined : codes[match[2] + match[3]];
  if (match !== null && code !== undefined && match[0] === node.value)
    return { dtype: code, bigEndian: match[1] === ">" };
  if (isKeyOf(dtypes, node.value) && node.value !== "bfloat16") return { dtype: node.value, bigEndian: false };
  const known =
    match !== null && /^[\d,[\]\w]*$/.test(node.value.slice(match[0].length)) ? foreign[match[2]] : undefined;
  if (known !== undefined) {
    const [what, remedy, sizes] = known;
    if (sizes === undefined || sizes.includes(match?.[3] ?? "")) throw unsupported(what, remedy);
  }
  throw new ConvError({
    code: "bad-dtype",
    what: "descr is not a type of NumPy",
    at: { path: "descr", offset: node.at },
    expected: "a type such as '<f4'",
    found: JSON.stringify(node.value.slice(0, 40)),
  });
}

function bad(node: PyNode, what: string, expected: string, found: string): ConvError {
  return new ConvError({ code: "bad-header", what, at: { offset: node.at }, expected, found });
}
