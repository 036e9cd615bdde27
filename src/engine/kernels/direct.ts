import { ANYHOW, EVERY_SECOND, SIDE_BY_SIDE, element, lanes, madd, spacing } from "./lanes";
import { ADD } from "./micro";

// Convolution without packing, for groups of so few filters that a panel of col would be read only once or twice (depthwise).
// Lanes are output positions; each holds one cell's running sum, exactly as in the micro-kernel.

// @ts-ignore: decorator
@inline
function finish<T>(sum: v128, out: usize, mode: i32): void {
  if (mode & ADD) sum = v128.add<T>(v128.load(out), sum);
  v128.store(out, sum);
}

/** Four vectors of positions at a time: four sums hide each other's latency. `spacing` is a constant at every call. */
// @ts-ignore: decorator
@inline
function four<T>(
  spacing: i32, x: usize, rows: usize, taps: usize, k: i32, weights: usize, out: usize, mode: i32,
): void {
  const step: usize = lanes<T>() << 2;
  const p = x + load<u32>(rows);
  const q = x + load<u32>(rows + step);
  const r = x + load<u32>(rows + 2 * step);
  const s = x + load<u32>(rows + 3 * step);
  let a = i64x2.splat(0), b = a, c = a, d = a;
  for (let i = 0; i < k; i++) {
    const tap: usize = load<u32>(taps + (i << 2));
    const weight = v128.load_splat<T>(weights + i * sizeof<T>());
    a = madd<T>(weight, element<T>(p + tap, spacing), a);
    b = madd<T>(weight, element<T>(q + tap, spacing), b);
    c = madd<T>(weight, element<T>(r + tap, spacing), c);
    d = madd<T>(weight, element<T>(s + tap, spacing), d);
  }
  finish<T>(a, out, mode);
  finish<T>(b, out + 16, mode);
  finish<T>(c, out + 32, mode);
  finish<T>(d, out + 48, mode);
}

// @ts-ignore: decorator
@inline
function one<T>(
  spacing: i32, x: usize, rows: usize, taps: usize, k: i32, weights: usize, out: usize, mode: i32,
): void {
  const p = x + load<u32>(rows);
  let sum = i64x2.splat(0);
  for (let i = 0; i < k; i++) {
    const value = element<T>(p + load<u32>(taps + (i << 2)), spacing);
    sum = madd<T>(v128.load_splat<T>(weights + i * sizeof<T>()), value, sum);
  }
  finish<T>(sum, out, mode);
}

/** `live` positions, at most a vector, standing anyhow. A vector is the only way to a fused multiply-add. */
function gathered<T>(
  live: i32, x: usize, rows: usize, taps: usize, k: i32, weights: usize, out: usize, mode: i32, spare: usize,
): void {
  const last = live - 1;
  const o0 = x + load<u32>(rows);
  const o1 = x + load<u32>(rows + (min(1, last) << 2));
  const o2 = x + load<u32>(rows + (min(2, last) << 2));
  const o3 = x + load<u32>(rows + (min(3, last) << 2));
  let sum = i64x2.splat(0);
  for (let i = 0; i < k; i++) {
    const tap: usize = load<u32>(taps + (i << 2));
    let value: v128;
    if (sizeof<T>() == 4) {
      value = v128.load32_zero(o0 + tap);
      value = v128.load32_lane(o1 + tap, value, 1);
      value = v128.load32_lane(o2 + tap, value, 2);
      value = v128.load32_lane(o3 + tap, value, 3);
    } else {
      value = v128.load64_zero(o0 + tap);
      value = v128.load64_lane(o1 + tap, value, 1);
    }
    sum = madd<T>(v128.load_splat<T>(weights + i * sizeof<T>()), value, sum);
  }
  const bytes = live * sizeof<T>();
  if (mode & ADD) memory.copy(spare, out, bytes);
  finish<T>(sum, spare, mode);
  memory.copy(out, spare, bytes);
}

/** One block of taps of one filter at `count` positions, as `mode` says. spare: a vector. */
export function direct<T>(
  x: usize, rows: usize, count: i32, taps: usize, k: i32, weights: usize, out: usize, mode: i32, spare: usize,
): void {
  let i = 0;
  while (i < count) {
    const left = count - i;
    const kind = left >= lanes<T>() ? spacing<T>(rows) : ANYHOW;
    let done = min(left, lanes<T>());
    if (kind == ANYHOW) {
      gathered<T>(done, x, rows, taps, k, weights, out, mode, spare);
    } else if (
      left >= 4 * lanes<T>() &&
      spacing<T>(rows + (lanes<T>() << 2)) == kind &&
      spacing<T>(rows + (lanes<T>() << 3)) == kind &&
      spacing<T>(rows + (lanes<T>() * 12)) == kind
    ) {
      done = 4 * lanes<T>();
      if (kind == SIDE_BY_SIDE) four<T>(SIDE_BY_SIDE, x, rows, taps, k, weights, out, mode);
      else four<T>(EVERY_SECOND, x, rows, taps, k, weights, out, mode);
    } else if (kind == SIDE_BY_SIDE) {
      one<T>(SIDE_BY_SIDE, x, rows, taps, k, weights, out, mode);
    } else {
      one<T>(EVERY_SECOND, x, rows, taps, k, weights, out, mode);
    }
    i += done;
    rows += done << 2;
    out += done * sizeof<T>();
  }
}
