import { ConvError, type Place } from "../base/errors";
import { clipped } from "../base/text";

/** NumPy 2's own limit. */
const MOST_AXES = 64;

/**
 * The number of elements of a shape that comes from outside. Afterwards every product of its axes is exact.
 * `texts` are the axes as they are written, for errors. Throws `bad-shape`, naming the dimension.
 */
export function checkedCount(
  shape: readonly number[],
  at: Place | ((axis: number) => Place),
  texts: readonly string[] = shape.map(String),
): number {
  const bad = (what: string, axis: number, expected: string, found: string) =>
    new ConvError({ code: "bad-shape", what, at: typeof at === "function" ? at(axis) : at, expected, found });
  if (shape.length > MOST_AXES)
    throw bad("the shape has too many axes", MOST_AXES, `at most ${MOST_AXES}`, String(shape.length));
  let product = 1;
  shape.forEach((size, axis) => {
    if (size < 0) throw bad(`dimension ${axis} is negative`, axis, "0 or more", clipped(texts[axis]));
    if (!Number.isSafeInteger(size))
      throw bad(`dimension ${axis} is too large`, axis, "a whole number below 2^53", clipped(texts[axis]));
    // An axis of no elements does not excuse the others: their products are used as strides.
    product *= Math.max(size, 1);
    if (product > Number.MAX_SAFE_INTEGER)
      throw bad(
        `dimension ${axis} makes the shape overflow`,
        axis,
        "fewer than 2^53 elements",
        clipped(texts.map((text) => clipped(text)).join(" × "), 240),
      );
  });
  return shape.includes(0) ? 0 : product;
}
