import type { Dtype, TensorData } from "./dtype";
import { type Tensor, stridesOf } from "./tensor";

/** Numbers in C order that are read a stretch at a time: held in memory, worked out, or another's in another order. */
export interface Readable {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  at(offset: number): number;
  /** Fills `into` with the elements from `from` on, as doubles. */
  read(from: number, into: Float64Array): void;
  /** Whether it lies in memory; otherwise an element may take long. */
  readonly isHeld: boolean;
  /** Integers of 64 bits, which a double may not hold; null for every other type. */
  readonly integer: ((offset: number) => bigint) | null;
}

/** A tensor in memory. */
export function held({ dtype, shape, data }: Tensor): Readable {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return {
      ...workedOut(dtype, shape, (offset) => Number(data[offset])),
      isHeld: true,
      integer: (offset) => data[offset],
    };
  const numbers: Exclude<TensorData, BigInt64Array | BigUint64Array> = data;
  return {
    dtype,
    shape,
    at: (offset) => numbers[offset],
    read: (from, into) => into.set(numbers.subarray(from, from + into.length)),
    isHeld: true,
    integer: null,
  };
}

/** Elements that are not held: `at` works out each. */
export function workedOut(dtype: Dtype, shape: readonly number[], at: (offset: number) => number): Readable {
  const read = (from: number, into: Float64Array) => {
    for (let i = 0; i < into.length; i++) into[i] = at(from + i);
  };
  return { dtype, shape, at, read, isHeld: false, integer: null };
}

/** Where the elements of a view lie among those that it looks at: the first one, and how far apart they are on each axis. */
export interface Strided {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The same numbers in another shape or order, or some of them. Copies nothing. */
export function viewed(source: Readable, { shape, strides }: Strided): Readable {
  const dense = stridesOf(shape);
  const { integer } = source;
  // An axis of one element may have any stride.
  if (shape.every((size, axis) => size < 2 || strides[axis] === dense[axis])) return { ...source, shape };
  const placeOf = (offset: number) => {
    let [rest, place] = [offset, 0];
    for (let axis = 0; axis < shape.length; axis++) {
      const i = Math.floor(rest / dense[axis]);
      rest -= i * dense[axis];
      place += i * strides[axis];
    }
    return place;
  };
  return {
    dtype: source.dtype,
    shape,
    at: (offset) => source.at(placeOf(offset)),
    read: (from, into) => {
      const last = shape.length - 1;
      // Along the last axis one place leads to the next; at its end the place is looked up again.
      for (let i = 0; i < into.length;) {
        const first = (from + i) % shape[last];
        const end = Math.min(into.length, i + shape[last] - first);
        for (let place = placeOf(from + i); i < end; i++, place += strides[last]) into[i] = source.at(place);
      }
    },
    isHeld: source.isHeld,
    integer: integer === null ? null : (offset) => integer(placeOf(offset)),
  };
}
