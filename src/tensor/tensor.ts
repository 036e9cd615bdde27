import { ConvError } from "../base/errors";
import { type ComputeData, type ComputeDtype, type Dtype, type TensorData, computeArray, dtypes } from "./dtype";

/** Elements in C order (last axis fastest), without gaps. A plain record: structured clone carries it as it is. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor in one of the two types in which layers are computed. */
export interface ComputeTensor extends Tensor {
  readonly dtype: ComputeDtype;
  readonly data: ComputeData;
}

export function tensor(dtype: "float32", shape: readonly number[], data: Float32Array): ComputeTensor;
export function tensor(dtype: "float64", shape: readonly number[], data: Float64Array): ComputeTensor;
export function tensor(dtype: ComputeDtype, shape: readonly number[], data: ComputeData): ComputeTensor;
export function tensor(dtype: Dtype, shape: readonly number[], data: TensorData): Tensor;
/** Checks that `data` has exactly the elements of `shape`. Throws ConvError `bad-shape`. */
export function tensor(dtype: Dtype, shape: readonly number[], data: TensorData): Tensor {
  const wanted = elementCount(shape);
  if (data.length !== wanted)
    throw new ConvError({
      code: "bad-shape",
      what: `${data.length} elements do not fill shape ${shapeText(shape)}`,
      expected: String(wanted),
      found: String(data.length),
    });
  if (!(data instanceof dtypes[dtype].array))
    throw new ConvError({ code: "bad-dtype", what: `${dtype} is not held in ${data.constructor.name}` });
  return { dtype, shape: [...shape], data };
}

export function zeros(dtype: ComputeDtype, shape: readonly number[]): ComputeTensor {
  return tensor(dtype, shape, computeArray(dtype, elementCount(shape)));
}

/** The product of the axes; 1 for a scalar. Exact below 2⁵³, which `checkedCount` guarantees for shapes from outside. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

/** Elements to step over for one more on each axis, C order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Position of an index in C order. The index is not checked. */
export function offsetOf(shape: readonly number[], index: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) offset = offset * shape[axis] + index[axis];
  return offset;
}

/** The index at a position in C order: the inverse of `offsetOf`. */
export function indexAt(shape: readonly number[], offset: number): number[] {
  const index = new Array<number>(shape.length);
  let rest = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join("×");
}

/** float64 stays, everything else computes in float32 unless `dtype` says otherwise. Copies only if it must convert. */
export function toCompute(
  source: Tensor,
  dtype: ComputeDtype = source.dtype === "float64" ? "float64" : "float32",
): ComputeTensor {
  const { data } = source;
  if (dtype === "float32" && data instanceof Float32Array) return { dtype, shape: source.shape, data };
  if (dtype === "float64" && data instanceof Float64Array) return { dtype, shape: source.shape, data };
  const values = computeArray(dtype, data.length);
  const single = dtype === "float32";
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    values[i] = single && typeof value === "bigint" ? roundedToOdd(value) : Number(value);
  }
  return tensor(dtype, source.shape, values);
}

/**
 * An integer of 64 bits as a double that rounds to the float32 next to the integer itself. Beyond 2⁵³ the double is not the
 * nearest one, which might fall on the middle between two float32 and then be rounded the other way: what is cut off (11 bits,
 * so that 53 remain) leaves the last bit set, and so the value on its own side of the middle.
 */
function roundedToOdd(value: bigint): number {
  const cut = value & 0x7ffn;
  const exact = cut === 0n || Number.isSafeInteger(Number(value));
  return Number(exact ? value : (value - cut) | 0x800n);
}

/** Axes in a new order: axis `i` of the result is axis `order[i]` of the source. Copies. */
export function transpose(source: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => source.shape[axis]);
  const sourceStrides = stridesOf(source.shape);
  const strides = order.map((axis) => sourceStrides[axis]);
  const data = new dtypes[source.dtype].array(source.data.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    data[to] = source.data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return tensor(source.dtype, shape, data);
}
