import { ConvError } from "../base/errors";
import { type Dtype, type TensorData, dtypes } from "../tensor/dtype";
import { type Tensor, indexAt, shapeText, stridesOf, tensor, transpose } from "../tensor/tensor";
import { decodeElements, encodeElements } from "./elements";
import { type NpyHeader, readNpyHeader } from "./npyHeader";
import type { Source } from "./source";

/**
 * An open .npy file, of which a part can be read. Bytes after the array are allowed, as NumPy allows them (a file may
 * hold several arrays one after the other; the first is read): `trailing` counts them.
 */
export class NpyFile {
  private constructor(
    readonly header: NpyHeader,
    readonly count: number,
    readonly trailing: number,
    readonly source: Source,
  ) {}

  /** Reads the header and nothing else. Throws ConvError: see `readNpyHeader`; and `truncated` for a short payload. */
  static async open(source: Source): Promise<NpyFile> {
    const header = await readNpyHeader(source);
    const need = header.count * dtypes[header.dtype].fileBytes;
    const have = source.size - header.dataOffset;
    if (have < need)
      throw new ConvError({
        code: "truncated",
        what: `the data is shorter than ${header.dtype} ${shapeText(header.shape)}`,
        at: { offset: header.dataOffset },
        expected: `${need} bytes`,
        found: `${have} bytes`,
        remedy: "Write the file again: it was cut off",
      });
    return new NpyFile(header, header.count, have - need, source);
  }

  /** The elements at positions [start, end) in C order, whatever the file's own order is. Reads the bytes from the first to the last. */
  async elements(start: number, end: number): Promise<TensorData> {
    const { dtype, shape, fortran } = this.header;
    if (!(start >= 0 && start <= end && end <= this.count))
      throw new ConvError({
        code: "bad-usage",
        what: `elements ${start} to ${end} are not in the array`,
        expected: `positions from 0 to ${this.count}`,
      });
    if (!fortran || shape.length < 2 || start === end) return this.#stored(start, end);
    const strides = stridesOf([...shape].reverse()).reverse();
    const positions = Array.from({ length: end - start }, (_, i) =>
      indexAt(shape, start + i).reduce((sum, index, axis) => sum + index * strides[axis], 0),
    );
    const first = positions.reduce((a, b) => Math.min(a, b));
    const span = await this.#stored(first, positions.reduce((a, b) => Math.max(a, b)) + 1);
    const data = new dtypes[dtype].array(positions.length);
    positions.forEach((position, i) => (data[i] = span[position - first]));
    return data;
  }

  async tensor(): Promise<Tensor> {
    const { dtype, shape, fortran } = this.header;
    const data = await this.#stored(0, this.count);
    if (!fortran || shape.length < 2) return tensor(dtype, shape, data);
    // Fortran order is C order of the axes reversed.
    return transpose(
      tensor(dtype, [...shape].reverse(), data),
      shape.map((_, axis) => shape.length - 1 - axis),
    );
  }

  /** Positions in the file's own order. */
  async #stored(start: number, end: number): Promise<TensorData> {
    const { dtype, dataOffset, bigEndian } = this.header;
    const { fileBytes } = dtypes[dtype];
    const bytes = await this.source.read(dataOffset + start * fileBytes, dataOffset + end * fileBytes);
    return decodeElements(dtype, bytes, bigEndian);
  }
}

const descr = {
  bool: "|b1",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  float16: "<f2",
  // NumPy has no bfloat16; float32 holds its every value.
  bfloat16: "<f4",
  float32: "<f4",
  float64: "<f8",
} as const satisfies Record<Dtype, string>;

/** The bytes of a .npy file, format 1.0, little-endian, C order: every NumPy reads it. */
export function npyBytes(source: Tensor): Uint8Array<ArrayBuffer> {
  const { dtype, shape } = source;
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr[dtype]}', 'fortran_order': False, 'shape': (${axes}), }`;
  // \x93NUMPY, version 1.0, the header's length as two bytes; then the header, with spaces and a line feed to a multiple of 64.
  const end = 64 * Math.ceil((10 + text.length + 1) / 64);
  const header = `\x93NUMPY\x01\x00${String.fromCharCode((end - 10) & 255, (end - 10) >> 8)}${text.padEnd(end - 11)}\n`;
  const payload = encodeElements(dtype, source.data);
  const bytes = new Uint8Array(end + payload.length);
  for (let i = 0; i < end; i++) bytes[i] = header.charCodeAt(i);
  bytes.set(payload, end);
  return bytes;
}
