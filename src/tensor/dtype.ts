import { ConvError } from "../base/errors";

/** Element types as NumPy names them, and bfloat16. */
export type Dtype =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64";

export type TensorData =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export interface DtypeInfo {
  /** Bytes of one element in a file; in memory it is `array.BYTES_PER_ELEMENT`. */
  readonly fileBytes: number;
  readonly kind: "bool" | "int" | "uint" | "float";
  /** How the elements are held. The two 16-bit floats are held as float32, which has every value of both. */
  readonly array: { new (length: number): TensorData; readonly BYTES_PER_ELEMENT: number };
}

export const dtypes = {
  bool: { fileBytes: 1, kind: "bool", array: Uint8Array },
  int8: { fileBytes: 1, kind: "int", array: Int8Array },
  int16: { fileBytes: 2, kind: "int", array: Int16Array },
  int32: { fileBytes: 4, kind: "int", array: Int32Array },
  int64: { fileBytes: 8, kind: "int", array: BigInt64Array },
  uint8: { fileBytes: 1, kind: "uint", array: Uint8Array },
  uint16: { fileBytes: 2, kind: "uint", array: Uint16Array },
  uint32: { fileBytes: 4, kind: "uint", array: Uint32Array },
  uint64: { fileBytes: 8, kind: "uint", array: BigUint64Array },
  float16: { fileBytes: 2, kind: "float", array: Float32Array },
  bfloat16: { fileBytes: 2, kind: "float", array: Float32Array },
  float32: { fileBytes: 4, kind: "float", array: Float32Array },
  float64: { fileBytes: 8, kind: "float", array: Float64Array },
} as const satisfies Record<Dtype, DtypeInfo>;

/** The two types in which a layer is computed. */
export type ComputeDtype = "float32" | "float64";
export type ComputeData = Float32Array | Float64Array;

/** A new array of `length` zeros in a computing type. Throws ConvError `out-of-memory`. */
export function computeArray(
  dtype: ComputeDtype,
  length: number,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  try {
    return dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
  } catch (error) {
    // A RangeError: longer than arrays can be, or than there is memory for.
    throw new ConvError(
      { code: "out-of-memory", what: `no memory for ${length} elements of ${dtype}` },
      { cause: error },
    );
  }
}

/** Rounds a double to the type. */
export function rounder(dtype: ComputeDtype): (value: number) => number {
  return dtype === "float32" ? Math.fround : (value) => value;
}
