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

/** Where the elements at p, p+1, … lanes−1 stand side by side: their byte offsets, ascending, span exactly a vector. */
// @ts-ignore: decorator
@inline
export function adjacent<T>(offsets: usize, count: i32): bool {
  return load<u32>(offsets + ((count - 1) << 2)) - load<u32>(offsets) == <u32>((count - 1) * sizeof<T>());
}
