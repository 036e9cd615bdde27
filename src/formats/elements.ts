import { getFloat16, setFloat16 } from "@petamoriken/float16";
import { type Dtype, type TensorData, dtypes } from "../tensor/dtype";

/**
 * Elements as files hold them, to elements in memory (dtype.ts). `bytes` is a whole number of elements. The result has a
 * buffer of its own, or `bytes`' own one if that holds nothing else. All machines that run JavaScript are little-endian.
 */
export function decodeElements(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>, bigEndian = false): TensorData {
  if (dtype === "bool") return bytes.map((value) => (value === 0 ? 0 : 1));
  const { fileBytes } = dtypes[dtype];
  if (dtype === "float16" || dtype === "bfloat16") return decodeHalves(dtype, bytes, bigEndian);
  const fills = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const own = fills && !bigEndian ? bytes : bytes.slice();
  if (bigEndian) swap(own, fileBytes);
  return viewAs(dtype, own.buffer);
}

function viewAs(dtype: Exclude<Dtype, "bool" | "float16" | "bfloat16">, buffer: ArrayBuffer): TensorData {
  return new dtypes[dtype].array(buffer);
}

function decodeHalves(dtype: "float16" | "bfloat16", bytes: Uint8Array<ArrayBuffer>, bigEndian: boolean): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / 2;
  if (dtype === "bfloat16") {
    // A bfloat16 is the upper half of the float32 of the same value.
    const bits = new Uint32Array(count);
    for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, !bigEndian) << 16;
    return new Float32Array(bits.buffer);
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = getFloat16(view, 2 * i, !bigEndian);
  return values;
}

/** Reverses the bytes of each element, in place. */
function swap(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size)
    for (let low = start, high = start + size - 1; low < high; low++, high--)
      [bytes[low], bytes[high]] = [bytes[high], bytes[low]];
}

/** The inverse, little-endian. bfloat16 stays float32: no format that is written here knows it. */
export function encodeElements(dtype: Dtype, data: TensorData): Uint8Array {
  if (dtype !== "float16") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view = new DataView(new ArrayBuffer(2 * data.length));
  for (let i = 0; i < data.length; i++) setFloat16(view, 2 * i, Number(data[i]), true);
  return new Uint8Array(view.buffer);
}
