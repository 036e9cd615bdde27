// One 128-bit vector holds 4 float32 or 2 float64. Everything here is resolved at compile time.

/** Elements of one vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

/** Columns of a micro-tile: two vectors. 8 for float32, 4 for float64. */
// @ts-ignore: decorator
@inline
export function columns<T>(): i32 {
  return 2 * lanes<T>();
}

/** Rows of a micro-tile. */
// @ts-ignore: decorator
@inline
export const ROWS: i32 = 6;

/** One step of the running sum: fused in the relaxed build (probed on the host), otherwise two roundings. */
// @ts-ignore: decorator
@inline
export function madd<T>(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, sum);
  return v128.add<T>(v128.mul<T>(a, b), sum);
}

/** How the elements of one vector stand in their source: side by side, every second one, or anyhow. */
export const SIDE_BY_SIDE: i32 = 1;
export const EVERY_SECOND: i32 = 2;
export const ANYHOW: i32 = 0;

/** Of the elements at the byte offsets in a table of u32. */
// @ts-ignore: decorator
@inline
export function spacing<T>(offsets: usize): i32 {
  const first = load<u32>(offsets + 4) - load<u32>(offsets);
  const distance = load<u32>(offsets + ((lanes<T>() - 1) << 2)) - load<u32>(offsets);
  const closest: u32 = (lanes<T>() - 1) * sizeof<T>();
  if (distance == closest) return SIDE_BY_SIDE;
  // Windows ascend by equal steps inside a line and by equal steps between lines: if the first step is of two elements, and
  // all together are as long as if each were, each is.
  return distance == 2 * closest && first == 2 * sizeof<T>() ? EVERY_SECOND : ANYHOW;
}

// @ts-ignore: decorator
@inline
export function element<T>(p: usize, spacing: i32): v128 {
  const near = v128.load(p);
  if (spacing == SIDE_BY_SIDE) return near;
  // Reads one element past the last one needed: the memory goes on.
  const far = v128.load(p, 16);
  return sizeof<T>() == 4 ? i32x4.shuffle(near, far, 0, 2, 4, 6) : i64x2.shuffle(near, far, 0, 2);
}
