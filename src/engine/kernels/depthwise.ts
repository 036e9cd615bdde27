import { EVERY_SECOND, SIDE_BY_SIDE, element, lanes, madd } from "./lanes";
import { ADD, PARK, RESUME } from "./micro";
import { addVector } from "./sums";

// The backward pass of groups of up to three filters: as in direct.ts, nothing is packed, and dcol is not even a tile.

/** A vector of taps of one line of a window: its running sum goes to where the mode says, live lanes only. */
// @ts-ignore: decorator
@inline
function settle<T>(sum: v128, tap: usize, live: i32, total: usize, parked: usize, mode: i32, spare: usize): void {
  const at = (mode & PARK ? parked : total) + tap;
  if (mode & ADD) sum = v128.add<T>(v128.load(at), sum);
  v128.store(spare, sum);
  for (let lane = 0; lane < live; lane++) store<T>(at + lane * sizeof<T>(), load<T>(spare + lane * sizeof<T>()));
}

/**
 * dW of one filter, one block of `count` rows or a part of it: lanes are taps of one line of the window, `kind` apart; lines are
 * `length` taps long. Four vectors at a time: four sums hide each other's latency.
 */
export function weights<T>(
  x: usize, rows: usize, count: i32, dout: usize, taps: usize, tapCount: i32, length: i32, kind: i32,
  total: usize, parked: usize, mode: i32, spare: usize,
): void {
  if (kind == SIDE_BY_SIDE) sumWindows<T>(SIDE_BY_SIDE, x, rows, count, dout, taps, tapCount, length, total, parked, mode, spare);
  else sumWindows<T>(EVERY_SECOND, x, rows, count, dout, taps, tapCount, length, total, parked, mode, spare);
}

/** The first tap of the next vector: in the same line of the window, or at the beginning of the next one. */
// @ts-ignore: decorator
@inline
function next<T>(tap: i32, length: i32): i32 {
  const column = tap % length + lanes<T>();
  return column < length ? tap + lanes<T>() : tap - tap % length + length;
}

// @ts-ignore: decorator
@inline
function sumWindows<T>(
  kind: i32, x: usize, rows: usize, count: i32, dout: usize, taps: usize, tapCount: i32, length: i32,
  total: usize, parked: usize, mode: i32, spare: usize,
): void {
  const last = tapCount - 1;
  for (let tap = 0; tap < tapCount;) {
    const tap1 = next<T>(tap, length), tap2 = next<T>(tap1, length), tap3 = next<T>(tap2, length);
    const p0 = x + load<u32>(taps + (tap << 2));
    const p1 = x + load<u32>(taps + (min(tap1, last) << 2));
    const p2 = x + load<u32>(taps + (min(tap2, last) << 2));
    const p3 = x + load<u32>(taps + (min(tap3, last) << 2));
    let a = i64x2.splat(0), b = a, c = a, d = a;
    if (mode & RESUME) {
      a = v128.load(parked + tap * sizeof<T>());
      b = v128.load(parked + min(tap1, last) * sizeof<T>());
      c = v128.load(parked + min(tap2, last) * sizeof<T>());
      d = v128.load(parked + min(tap3, last) * sizeof<T>());
    }
    for (let i = 0; i < count; i++) {
      const corner: usize = load<u32>(rows + (i << 2));
      const value = v128.load_splat<T>(dout + i * sizeof<T>());
      a = madd<T>(value, element<T>(p0 + corner, kind), a);
      b = madd<T>(value, element<T>(p1 + corner, kind), b);
      c = madd<T>(value, element<T>(p2 + corner, kind), c);
      d = madd<T>(value, element<T>(p3 + corner, kind), d);
    }
    settle<T>(a, tap * sizeof<T>(), min(lanes<T>(), length - tap % length), total, parked, mode, spare);
    if (tap1 < tapCount) settle<T>(b, tap1 * sizeof<T>(), min(lanes<T>(), length - tap1 % length), total, parked, mode, spare);
    if (tap2 < tapCount) settle<T>(c, tap2 * sizeof<T>(), min(lanes<T>(), length - tap2 % length), total, parked, mode, spare);
    if (tap3 < tapCount) settle<T>(d, tap3 * sizeof<T>(), min(lanes<T>(), length - tap3 % length), total, parked, mode, spare);
    tap = next<T>(tap3, length);
  }
}

/**
 * dx of one channel from one line of out, under zeros padding: `count` elements of dout of each of the group's `filters`, whose
 * planes are `planeBytes` apart and whose weights for this channel `filterBytes`. Lines, order and the rest as in `scatter`.
 */
export function data<T>(
  dout: usize, count: i32, filters: i32, planeBytes: usize, weights: usize, filterBytes: usize,
  kernelHeight: i32, kernelWidth: i32, dx: usize, lines: usize, lineStep: i32, from: i32, to: i32,
  origin: i32, stride: i32, dilation: i32, width: i32, spare: usize,
): void {
  for (let ky = 0; ky < kernelHeight; ky++) {
    const line = load<i32>(lines + ((ky * lineStep) << 2));
    if (line < from || line >= to) continue;
    for (let kx = kernelWidth - 1; kx >= 0; kx--) {
      const weight = weights + (ky * kernelWidth + kx) * sizeof<T>();
      const first = origin + kx * dilation;
      if (stride == 1) addProducts<T>(1, dout, count, filters, planeBytes, weight, filterBytes, dx + line, first, 1, width, spare);
      else if (stride == 2) addProducts<T>(2, dout, count, filters, planeBytes, weight, filterBytes, dx + line, first, 2, width, spare);
      else addProducts<T>(0, dout, count, filters, planeBytes, weight, filterBytes, dx + line, first, stride, width, spare);
    }
  }
}

/** `known` is the stride if vectors can be added at it, else 0. */
// @ts-ignore: decorator
@inline
function addProducts<T>(
  known: i32, dout: usize, count: i32, filters: i32, planeBytes: usize, weight: usize, filterBytes: usize,
  line: usize, first: i32, stride: i32, width: i32, spare: usize,
): void {
  let i = first < 0 ? (stride - 1 - first) / stride : 0;
  const last = width - 1 - first;
  const end = last < 0 ? 0 : min(count, last / stride + 1);
  while (i < end) {
    let sum = i64x2.splat(0);
    let p = dout + i * sizeof<T>();
    let w = weight;
    for (let f = 0; f < filters; f++) {
      sum = madd<T>(v128.load_splat<T>(w), v128.load(p), sum);
      p += planeBytes;
      w += filterBytes;
    }
    const cell = line + (first + i * stride) * sizeof<T>();
    if (known && i + lanes<T>() <= end && first + (i + lanes<T>()) * stride <= width) {
      addVector<T>(known, cell, sum);
    } else {
      v128.store(spare, sum);
      const live = min(lanes<T>(), end - i);
      for (let lane = 0; lane < live; lane++) {
        const at = cell + lane * stride * sizeof<T>();
        store<T>(at, <T>(load<T>(at) + load<T>(spare + lane * sizeof<T>())));
      }
    }
    i += lanes<T>();
  }
}
