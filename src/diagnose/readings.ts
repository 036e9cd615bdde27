import type { Strided } from "../tensor/readable";
import { elementCount, shapeText, stridesOf } from "../tensor/tensor";

/** A way to set two tensors against each other, element by element. */
export interface Reading {
  /** What is done with the right one, in NumPy's words; "as it is". */
  readonly label: string;
  /** Why that makes sense, or what it leaves out. */
  readonly detail: string;
  readonly left: Strided;
  readonly right: Strided;
}

/** More axes than this have too many orders to be tried. */
const MOST_AXES = 6;
const MOST_ORDERS = 24;

/**
 * How two shapes can be read as one: as they are, without axes of one element, with the axes of the right one in another order, in
 * the same order of elements, or only where both have elements. The first is the most natural one; empty: there is none.
 */
export function readingsOf(left: readonly number[], right: readonly number[]): Reading[] {
  const sameCount = elementCount(left) === elementCount(right);
  const same = shapeText(left) === shapeText(right);
  const ofLeft = dense(left);
  const flat: Reading[] = [];
  if (same) flat.push({ label: "as it is", detail: "both have the same shape", left: ofLeft, right: dense(right) });
  else if (sameCount) {
    const squeezes = shapeText(withoutOnes(left)) === shapeText(withoutOnes(right));
    flat.push({
      label: `reshape(${left.join(", ")})`,
      detail: squeezes ? "axes of one element come or go" : "the same order of elements in another shape",
      left: ofLeft,
      right: { shape: left, strides: stridesOf(left) },
    });
  }
  return [...flat, ...(sameCount ? permuted(left, right) : common(left, right))];
}

function dense(shape: readonly number[]): Strided {
  return { shape, strides: stridesOf(shape) };
}

function withoutOnes(shape: readonly number[]): number[] {
  return shape.filter((size) => size !== 1);
}

const known: Readonly<Record<string, string>> = {
  "0,3,1,2": "NHWC as NCHW, OHWI as OIHW",
  "0,2,3,1": "NCHW as NHWC",
  "3,2,0,1": "HWIO as OIHW",
  "2,3,1,0": "OIHW as HWIO",
  "0,1,3,2": "rows and columns exchanged",
  "1,0,2,3": "the first two axes exchanged",
  "1,0": "rows and columns exchanged",
};

/** Orders of the right one's axes that have the left one's shape, but not those that only move axes of one element. */
function permuted(left: readonly number[], right: readonly number[]): Reading[] {
  const squeezes = left.length !== right.length;
  const [wanted, shape] = squeezes ? [withoutOnes(left), withoutOnes(right)] : [left, right];
  if (wanted.length !== shape.length || shape.length > MOST_AXES) return [];
  const strides = stridesOf(shape);
  const readings: Reading[] = [];
  const seen = new Set([
    movesOf(
      shape,
      shape.map((_, axis) => axis),
    ),
  ]);
  for (const order of orders(wanted, shape)) {
    const moves = movesOf(shape, order);
    if (seen.has(moves)) continue;
    seen.add(moves);
    const taken = { shape: wanted, strides: order.map((axis) => strides[axis]) };
    readings.push({
      label: `${squeezes ? "squeeze()." : ""}transpose(${order.join(", ")})`,
      detail: known[order.join(",")] ?? "its axes in another order",
      left: { shape: wanted, strides: stridesOf(wanted) },
      right: taken,
    });
    if (readings.length === MOST_ORDERS) break;
  }
  return readings;
}

/** The order of the axes that have more than one element. */
function movesOf(shape: readonly number[], order: readonly number[]): string {
  return order.filter((axis) => shape[axis] !== 1).join();
}

function* orders(
  wanted: readonly number[],
  shape: readonly number[],
  taken: readonly number[] = [],
): Generator<number[]> {
  if (taken.length === wanted.length) {
    yield [...taken];
    return;
  }
  for (let axis = 0; axis < shape.length; axis++)
    if (!taken.includes(axis) && shape[axis] === wanted[taken.length]) yield* orders(wanted, shape, [...taken, axis]);
}

/** The corner at the origin that both have. */
function common(left: readonly number[], right: readonly number[]): Reading[] {
  if (left.length !== right.length) return [];
  const shape = left.map((size, axis) => Math.min(size, right[axis]));
  if (elementCount(shape) === 0) return [];
  return [
    {
      label: `only ${shapeText(shape)} of both`,
      detail: "the part at the origin that both have; the rest is not compared",
      left: { shape, strides: stridesOf(left) },
      right: { shape, strides: stridesOf(right) },
    },
  ];
}
