import { adjacent, lanes } from "./lanes";

// Every panel is the same thing: panel[k][j] = source[kOffset(k) + laneOffset(j)], k outermost, `width` lanes side by side,
// one strip of `width` lanes after the other. Offsets are bytes in tables of u32; a table at 0 means elements side by side.
// Lanes past the last live one repeat it: what is computed from them is never stored.

// @ts-ignore: decorator
@inline
function laneOffset<T>(table: usize, lane: i32): usize {
  return table ? <usize>load<u32>(table + (lane << 2)) : <usize>lane * sizeof<T>();
}

/** For sources whose lanes stand side by side (positions of an image line). Each k copies vectors, or gathers. */
export function packAcross<T>(
  panel: usize, width: i32, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32,
): void {
  const pitch = <usize>(width * sizeof<T>());
  for (let first = 0; first < laneCount; first += width) {
    const live = min(width, laneCount - first);
    for (let lane = 0; lane < width; lane += lanes<T>()) {
      const at = first + min(lane, live - 1);
      const count = min(lanes<T>(), width - lane);
      const whole = count == lanes<T>() && lane + count <= live;
      const offsets = laneTable ? laneTable + (at << 2) : 0;
      const from = source + laneOffset<T>(laneTable, at);
      const to = panel + lane * sizeof<T>();
      if (whole && (!laneTable || adjacent<T>(offsets, lanes<T>()))) copyVectors(to, pitch, from, kTable, kCount);
      else gather<T>(to, pitch, count, from, live - min(lane, live - 1), offsets, kTable, kCount);
    }
    panel += pitch * kCount;
  }
}

function copyVectors(to: usize, pitch: usize, from: usize, kTable: usize, kCount: i32): void {
  for (let k = 0; k < kCount; k++) {
    v128.store(to, v128.load(from + load<u32>(kTable + (k << 2))));
    to += pitch;
  }
}

/** `count` lanes of which the first `live` have offsets of their own. */
function gather<T>(
  to: usize, pitch: usize, count: i32, from: usize, live: i32, offsets: usize, kTable: usize, kCount: i32,
): void {
  const base = offsets ? load<u32>(offsets) : 0;
  const last = live - 1;
  const o1 = laneOffset<T>(offsets, min(1, last)) - base;
  const o2 = laneOffset<T>(offsets, min(2, last)) - base;
  const o3 = laneOffset<T>(offsets, min(3, last)) - base;
  for (let k = 0; k < kCount; k++) {
    const p = from + load<u32>(kTable + (k << 2));
    store<T>(to, load<T>(p));
    store<T>(to + sizeof<T>(), load<T>(p + o1));
    if (sizeof<T>() == 4 && count > 2) {
      store<T>(to + 2 * sizeof<T>(), load<T>(p + o2));
      store<T>(to + 3 * sizeof<T>(), load<T>(p + o3));
    }
    to += pitch;
  }
}

/** For sources whose k stand side by side (weights; positions as the summed axis): pairs of lanes are zipped, vector by vector. */
export function packAlong<T>(
  panel: usize, width: i32, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32, stripBytes: usize,
): void {
  const pitch = <usize>(width * sizeof<T>());
  for (let first = 0; first < laneCount; first += width) {
    for (let lane = 0; lane < width; lane += 2) {
      const at = min(first + lane, laneCount - 1);
      const next = min(at + 1, laneCount - 1);
      zip<T>(
        panel + lane * sizeof<T>(), pitch,
        source + laneOffset<T>(laneTable, at), source + laneOffset<T>(laneTable, next), kTable, kCount,
      );
    }
    panel += stripBytes;
  }
}

function zip<T>(to: usize, pitch: usize, p: usize, q: usize, kTable: usize, kCount: i32): void {
  let k = 0;
  while (k < kCount) {
    const offset = laneOffset<T>(kTable, k);
    if (k + lanes<T>() <= kCount && (!kTable || adjacent<T>(kTable + (k << 2), lanes<T>()))) {
      const a = v128.load(p + offset);
      const b = v128.load(q + offset);
      if (sizeof<T>() == 4) {
        const low = i32x4.shuffle(a, b, 0, 4, 1, 5);
        const high = i32x4.shuffle(a, b, 2, 6, 3, 7);
        v128.store64_lane(to, low, 0);
        v128.store64_lane(to + pitch, low, 1);
        v128.store64_lane(to + 2 * pitch, high, 0);
        v128.store64_lane(to + 3 * pitch, high, 1);
      } else {
        v128.store(to, i64x2.shuffle(a, b, 0, 2));
        v128.store(to + pitch, i64x2.shuffle(a, b, 1, 3));
      }
      k += lanes<T>();
      to += <usize>lanes<T>() * pitch;
    } else {
      store<T>(to, load<T>(p + offset));
      store<T>(to + sizeof<T>(), load<T>(q + offset));
      k++;
      to += pitch;
    }
  }
}

/**
 * One channel with its padding written out: `lines` lines of `width`, each from the line of `source` whose byte offset stands
 * in the table (−1: zeros), with `begin` columns of padding before its `size` columns, and after them. The columns of
 * padding are zeros, or copies of the columns in the other table.
 */
export function pad<T>(
  to: usize, source: usize, lines: i32, lineTable: usize, width: i32, begin: i32, size: i32, columnTable: usize,
): void {
  const left = min(begin, width);
  const right = max(left, min(width, begin + size));
  for (let i = 0; i < lines; i++) {
    const offset = load<i32>(lineTable + (i << 2));
    if (offset < 0) {
      memory.fill(to, 0, width * sizeof<T>());
    } else {
      const from = source + offset;
      padding<T>(to, from, 0, left, columnTable);
      copyLine(to + left * sizeof<T>(), from + (left - begin) * sizeof<T>(), (right - left) * sizeof<T>());
      padding<T>(to, from, right, width, columnTable);
    }
    to += width * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function padding<T>(to: usize, from: usize, first: i32, end: i32, columnTable: usize): void {
  for (let column = first; column < end; column++) {
    const value: T = columnTable ? load<T>(from + load<u32>(columnTable + (column << 2)) * sizeof<T>()) : <T>0;
    store<T>(to + column * sizeof<T>(), value);
  }
}

/** Lines are mostly short: a loop of vectors is sooner done than a call of memory.copy. */
// @ts-ignore: decorator
@inline
function copyLine(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<u32>(to, load<u32>(from));
}
