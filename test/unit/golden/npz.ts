import { getFloat16 } from "@petamoriken/float16";
import { unzipSync } from "fflate";

/** An array of an .npz as plain doubles, C order. Enough for our own fixtures, and apart from the program's reader on purpose. */
export interface Values {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer>;
}

export function readNpz(bytes: Uint8Array): Record<string, Values> {
  const entries = Object.entries(unzipSync(bytes));
  return Object.fromEntries(entries.map(([name, entry]) => [name.replace(/\.npy$/, ""), readNpy(entry)]));
}

/** Format 1.0: magic 6 bytes, version 2, header length 2 (little-endian), header, data. */
function readNpy(bytes: Uint8Array): Values {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 10 + view.getUint16(8, true);
  const header = Buffer.from(bytes.subarray(10, start)).toString("latin1");
  const [, descr, fortran, axes] =
    /'descr': '(.*?)', 'fortran_order': (True|False), 'shape': \((.*?)\)/.exec(header) ?? [];
  const parts = axes.split(",").filter((axis) => axis.trim() !== "");
  const shape = parts.map(Number);
  const read = readers[descr.slice(1)];
  const size = Number(descr.slice(2));
  const data = new Float64Array(shape.reduce((product, axis) => product * axis, 1));
  for (let i = 0; i < data.length; i++) data[i] = read(view, start + i * size, !descr.startsWith(">"));
  return { dtype: descr, shape, data: fortran === "True" ? fromFortran(shape, data) : data };
}

const readers: Record<string, (view: DataView, at: number, little: boolean) => number> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => getFloat16(view, at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

function fromFortran(shape: readonly number[], data: Float64Array): Float64Array<ArrayBuffer> {
  return permuted([...shape].reverse(), data, [...shape.keys()].reverse());
}

/** Axis i of the result is axis order[i] of the source. Index by index, from the definition. */
export function permuted(
  shape: readonly number[],
  data: ArrayLike<number>,
  order: readonly number[],
): Float64Array<ArrayBuffer> {
  const to = order.map((axis) => shape[axis]);
  const result = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) {
    let rest = at;
    const index = new Array<number>(shape.length);
    for (let axis = to.length - 1; axis >= 0; axis--) {
      index[order[axis]] = rest % to[axis];
      rest = Math.floor(rest / to[axis]);
    }
    result[at] = data[index.reduce((offset, part, axis) => offset * shape[axis] + part, 0)];
  }
  return result;
}
