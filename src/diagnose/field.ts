import { type ComputeDtype, computeArray } from "../tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../tensor/tensor";
import type { Pace } from "./pace";

export type Shape4 = readonly [number, number, number, number];

/**
 * Four axes of numbers that are worked out where they are asked for. What a hypothesis changes is an index map or a function of a
 * value, so that a few cells of a changed layer cost no more than those cells.
 */
export interface Field {
  readonly shape: Shape4;
  readonly at: (a: number, b: number, c: number, d: number) => number;
}

/** A change of a field, such as a flip. */
export type FieldMap = (field: Field) => Field;

/** One axis is taken as the second of four: db is [1, F, 1, 1]. */
export function fieldOf({ shape, data }: ComputeTensor): Field {
  const [A, B, C, D] = shape.length === 4 ? shape : [1, shape[0], 1, 1];
  return { shape: [A, B, C, D], at: (a, b, c, d) => data[((a * B + b) * C + c) * D + d] };
}

export function constantField(shape: Shape4, value: number): Field {
  return { shape, at: () => value };
}

/** Cells worth a look at the time: each may be a sum of its own. */
const STRETCH = 256;

/** Every cell in C order. */
export async function visited(
  [A, B, C, D]: Shape4,
  pace: Pace,
  visit: (i: number, a: number, b: number, c: number, d: number) => void,
): Promise<void> {
  for await (const [from, to] of pace.stretches(A * B * C * D, STRETCH)) {
    const line = Math.floor(from / D);
    let [a, b, c, d] = [Math.floor(line / C / B), Math.floor(line / C) % B, line % C, from % D];
    for (let i = from; i < to; i++) {
      visit(i, a, b, c, d);
      if (++d < D) continue;
      d = 0;
      if (++c < C) continue;
      c = 0;
      if (++b < B) continue;
      b = 0;
      a++;
    }
  }
}

export async function materialise(field: Field, dtype: ComputeDtype, pace: Pace): Promise<ComputeTensor> {
  const data = computeArray(dtype, elementCount(field.shape));
  await visited(field.shape, pace, (i, a, b, c, d) => (data[i] = field.at(a, b, c, d)));
  return tensor(dtype, field.shape, data);
}

export function mapped(change: (value: number, a: number, b: number, c: number, d: number) => number): FieldMap {
  return ({ shape, at }) => ({ shape, at: (a, b, c, d) => change(at(a, b, c, d), a, b, c, d) });
}

/** The axes named, back to front. */
export function flipped(...axes: readonly number[]): FieldMap {
  return ({ shape, at }) => {
    const last = shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0));
    const turn = (i: number, axis: number) => (axes.includes(axis) ? last[axis] - i : i);
    return { shape, at: (a, b, c, d) => at(turn(a, 0), turn(b, 1), turn(c, 2), turn(d, 3)) };
  };
}

/** Position i of `axis` shows position order(i, size). */
export function reordered(axis: number, order: (i: number, size: number) => number): FieldMap {
  return ({ shape, at }) => {
    const from = Array.from({ length: shape[axis] }, (_, i) => order(i, shape[axis]));
    if (axis === 0) return { shape, at: (a, b, c, d) => at(from[a], b, c, d) };
    return { shape, at: (a, b, c, d) => at(a, from[b], c, d) };
  };
}

/** NumPy's transpose: axis i of the result is axis order[i] of the source. */
export function transposed(order: Shape4): FieldMap {
  const [p, q, r, s] = order;
  return ({ shape, at }) => ({
    shape: [shape[p], shape[q], shape[r], shape[s]],
    at: (a, b, c, d) => {
      const from: [number, number, number, number] = [0, 0, 0, 0];
      from[p] = a;
      from[q] = b;
      from[r] = c;
      from[s] = d;
      return at(from[0], from[1], from[2], from[3]);
    },
  });
}

/** NumPy's reshape: the same elements in C order. As many of them in `shape` as in the field. */
function reshaped(shape: Shape4): FieldMap {
  return (field) => {
    const [, B, C, D] = field.shape;
    return {
      shape,
      at: (a, b, c, d) => {
        const flat = ((a * shape[1] + b) * shape[2] + c) * shape[3] + d;
        const line = Math.floor(flat / D);
        const plane = Math.floor(line / C);
        return field.at(Math.floor(plane / B), plane % B, line % C, flat % D);
      },
    };
  };
}

/** The axes that were transposed by `order`, but only given their old sizes again: transpose(order).reshape(shape). */
export function misread(order: Shape4): FieldMap {
  return (field) => reshaped(field.shape)(transposed(order)(field));
}

/** The inverse of `misread`: reshape into the transposed sizes, then transpose back. */
export function misreadBack(order: Shape4): FieldMap {
  const inverse: [number, number, number, number] = [0, 0, 0, 0];
  order.forEach((axis, i) => (inverse[axis] = i));
  return (field) => {
    const { shape } = field;
    const sizes: Shape4 = [shape[order[0]], shape[order[1]], shape[order[2]], shape[order[3]]];
    return transposed(inverse)(reshaped(sizes)(field));
  };
}
