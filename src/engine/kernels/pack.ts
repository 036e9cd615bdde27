import { ANYHOW, EVERY_SECOND, SIDE_BY_SIDE, columns, element, lanes, spacing } from "./lanes";

// The panels of `b`: panel[k][j] = source[kOffset(k) + laneOffset(j)], k outermost, two vectors of lanes side by side, one strip
// of them after the other. Offsets are bytes in tables of u32; a table at 0 means elements side by side.
// Lanes past the last live one repeat it: what is computed from them is never stored.

// @ts-ignore: decorator
@inline
const PITCH: usize = 32;

// @ts-ignore: decorator
@inline
function offsetOf<T>(table: usize, i: i32): usize {
  return table ? <usize>load<u32>(table + (i << 2)) : <usize>i * sizeof<T>();
}

// @ts-ignore: decorator
@inline
function spacingOf<T>(table: usize, i: i32): i32 {
  return table ? spacing<T>(table + (i << 2)) : SIDE_BY_SIDE;
}

/** For sources whose lanes stand side by side (positions of an image line): each k takes vectors of them, or gathers. */
export function packAcross<T>(
  panel: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32,
): void {
  for (let first = 0; first < laneCount; first += columns<T>()) {
    const second = first + lanes<T>();
    const kind = second <= laneCount ? spacingOf<T>(laneTable, first) : ANYHOW;
    const next = first + columns<T>() <= laneCount ? spacingOf<T>(laneTable, second) : ANYHOW;
    const p = source + offsetOf<T>(laneTable, first);
    if (kind == SIDE_BY_SIDE && next == SIDE_BY_SIDE) {
      pairs<T>(SIDE_BY_SIDE, panel, p, source + offsetOf<T>(laneTable, second), kTable, kCount);
    } else if (kind == EVERY_SECOND && next == EVERY_SECOND) {
      pairs<T>(EVERY_SECOND, panel, p, source + offsetOf<T>(laneTable, second), kTable, kCount);
    } else {
      across<T>(kind, panel, p, kTable, kCount, source, laneTable, first, laneCount);
      across<T>(next, panel + 16, source + offsetOf<T>(laneTable, min(second, laneCount - 1)), kTable, kCount, source, laneTable, second, laneCount);
    }
    panel += PITCH * kCount;
  }
}

/** Both vectors of a strip. */
// @ts-ignore: decorator
@inline
function pairs<T>(kind: i32, to: usize, p: usize, q: usize, kTable: usize, kCount: i32): void {
  for (const end = kTable + (kCount << 2); kTable < end; kTable += 4) {
    const offset: usize = load<u32>(kTable);
    v128.store(to, element<T>(p + offset, kind));
    v128.store(to, element<T>(q + offset, kind), 16);
    to += PITCH;
  }
}

/** One vector of a strip: lanes `first` and following. */
// @ts-ignore: decorator
@inline
function across<T>(
  kind: i32, to: usize, p: usize, kTable: usize, kCount: i32, source: usize, laneTable: usize, first: i32, laneCount: i32,
): void {
  if (kind == SIDE_BY_SIDE) vectors<T>(SIDE_BY_SIDE, to, p, kTable, kCount);
  else if (kind == EVERY_SECOND) vectors<T>(EVERY_SECOND, to, p, kTable, kCount);
  else gather<T>(to, source, kTable, kCount, laneTable, first, laneCount - 1);
}

// @ts-ignore: decorator
@inline
function vectors<T>(kind: i32, to: usize, p: usize, kTable: usize, kCount: i32): void {
  for (const end = kTable + (kCount << 2); kTable < end; kTable += 4) {
    v128.store(to, element<T>(p + load<u32>(kTable), kind));
    to += PITCH;
  }
}

/** Lanes that stand anyhow. Those of two lines of an image, side by side in each, are two vectors put together. */
function gather<T>(to: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, first: i32, last: i32): void {
  if (sizeof<T>() == 4 && laneTable && first + lanes<T>() - 1 <= last) {
    const table = laneTable + (first << 2);
    const o0 = load<u32>(table), o1 = load<u32>(table + 4), o2 = load<u32>(table + 8), o3 = load<u32>(table + 12);
    if (<i32>(o1 - o0 == 4) + <i32>(o2 - o1 == 4) + <i32>(o3 - o2 == 4) == 2) {
      const cut = o1 - o0 != 4 ? 1 : o2 - o1 != 4 ? 2 : 3;
      let mask = i32x4(-1, 0, 0, 0);
      if (cut == 2) mask = i32x4(-1, -1, 0, 0);
      if (cut == 3) mask = i32x4(-1, -1, -1, 0);
      const p = source + o0;
      // The memory goes on before x, too.
      const q = source + o3 - 12;
      for (const end = kTable + (kCount << 2); kTable < end; kTable += 4) {
        const offset: usize = load<u32>(kTable);
        v128.store(to, v128.bitselect(v128.load(p + offset), v128.load(q + offset), mask));
        to += PITCH;
      }
      return;
    }
  }
  const p0 = source + offsetOf<T>(laneTable, min(first, last));
  const p1 = source + offsetOf<T>(laneTable, min(first + 1, last));
  const p2 = source + offsetOf<T>(laneTable, min(first + 2, last));
  const p3 = source + offsetOf<T>(laneTable, min(first + 3, last));
  for (const end = kTable + (kCount << 2); kTable < end; kTable += 4) {
    const offset: usize = load<u32>(kTable);
    store<T>(to, load<T>(p0 + offset));
    store<T>(to + sizeof<T>(), load<T>(p1 + offset));
    if (sizeof<T>() == 4) {
      store<T>(to + 2 * sizeof<T>(), load<T>(p2 + offset));
      store<T>(to + 3 * sizeof<T>(), load<T>(p3 + offset));
    }
    to += PITCH;
  }
}

/** For sources whose k stand side by side (output positions as the summed axis): vectors of k are transposed. */
export function packAlong<T>(
  panel: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32, stripBytes: usize,
): void {
  for (let first = 0; first < laneCount; first += columns<T>()) {
    along<T>(panel, source, kTable, kCount, laneTable, first, laneCount - 1);
    along<T>(panel + 16, source, kTable, kCount, laneTable, first + lanes<T>(), laneCount - 1);
    panel += stripBytes;
  }
}

function along<T>(to: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, first: i32, last: i32): void {
  const p0 = source + offsetOf<T>(laneTable, min(first, last));
  const p1 = source + offsetOf<T>(laneTable, min(first + 1, last));
  const p2 = source + offsetOf<T>(laneTable, min(first + 2, last));
  const p3 = source + offsetOf<T>(laneTable, min(first + 3, last));
  let k = 0;
  while (k < kCount) {
    const kind = k + lanes<T>() <= kCount ? spacingOf<T>(kTable, k) : ANYHOW;
    const offset = offsetOf<T>(kTable, k);
    if (kind == SIDE_BY_SIDE) {
      transpose<T>(SIDE_BY_SIDE, to, p0 + offset, p1 + offset, p2 + offset, p3 + offset);
    } else if (kind == EVERY_SECOND) {
      transpose<T>(EVERY_SECOND, to, p0 + offset, p1 + offset, p2 + offset, p3 + offset);
    } else {
      store<T>(to, load<T>(p0 + offset));
      store<T>(to + sizeof<T>(), load<T>(p1 + offset));
      if (sizeof<T>() == 4) {
        store<T>(to + 2 * sizeof<T>(), load<T>(p2 + offset));
        store<T>(to + 3 * sizeof<T>(), load<T>(p3 + offset));
      }
      k++;
      to += PITCH;
      continue;
    }
    k += lanes<T>();
    to += <usize>lanes<T>() * PITCH;
  }
}

/** A vector of k of each lane becomes a vector of lanes of each k. */
// @ts-ignore: decorator
@inline
function transpose<T>(kind: i32, to: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {
  const a = element<T>(p0, kind);
  const b = element<T>(p1, kind);
  if (sizeof<T>() == 4) {
    const c = element<T>(p2, kind);
    const d = element<T>(p3, kind);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(to + PITCH, i64x2.shuffle(ab, cd, 1, 3));
    const ba = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const dc = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to + 2 * PITCH, i64x2.shuffle(ba, dc, 0, 2));
    v128.store(to + 3 * PITCH, i64x2.shuffle(ba, dc, 1, 3));
  } else {
    v128.store(to, i64x2.shuffle(a, b, 0, 2));
    v128.store(to + PITCH, i64x2.shuffle(a, b, 1, 3));
  }
}

/** `rows` pieces of `bytes` (a multiple of 4), from `fromPitch` apart to `toPitch` apart. */
export function copyRows(to: usize, toPitch: usize, from: usize, fromPitch: usize, rows: i32, bytes: usize): void {
  for (; rows > 0; rows--) {
    copyLine(to, from, bytes);
    to += toPitch;
    from += fromPitch;
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
