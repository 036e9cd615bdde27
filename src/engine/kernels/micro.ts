import { ROWS, columns, lanes, madd } from "./lanes";

// How a block of products starts and ends (ARITHMETIC.md). A cell's total stands at c, a block that is cut by the end of
// a tile is parked at c + park. The bits may be combined.

/** The block was begun earlier: its running sum is taken from the parking place instead of +0. */
export const RESUME: i32 = 1;
/** The block is not finished: park it. */
export const PARK: i32 = 2;
/** There is a total already: add the block to it. Without this bit the block is the total. Not with PARK. */
export const ADD: i32 = 4;
/**
 * c[i][j] ← Σ_k a[i][k] · b[k][j] for one block: `rows` × two vectors of cells (one if not `wide`), each cell one lane.
 * a stands anyhow: its rows are `ai` bytes apart, its k `ak`. b is packed [k][8 or 4]. `rows` and `wide` are constants at every call, so that each call compiles to a
 * loop of its own without branches, its sums in registers: 12 sums, 2 of b, 1 of a fill 15 of the 16 of x64.
 * After the loop every path ends in its own stores: if paths met again with the sums, V8 11 would spill some inside the loop.
 */
// @ts-ignore: decorator
@inline
function tile<T>(
  rows: i32, wide: bool, a: usize, ai: usize, ak: usize, b: usize, k: i32,
  c: usize, stride: usize, park: usize, mode: i32,
): void {
  let s00 = i64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
  if (mode & RESUME) {
    let p = c + park;
    s00 = v128.load(p); if (wide) s01 = v128.load(p, 16);
    if (rows > 1) { p += stride; s10 = v128.load(p); if (wide) s11 = v128.load(p, 16); }
    if (rows > 2) { p += stride; s20 = v128.load(p); if (wide) s21 = v128.load(p, 16); }
    if (rows > 3) { p += stride; s30 = v128.load(p); if (wide) s31 = v128.load(p, 16); }
    if (rows > 4) { p += stride; s40 = v128.load(p); if (wide) s41 = v128.load(p, 16); }
    if (rows > 5) { p += stride; s50 = v128.load(p); if (wide) s51 = v128.load(p, 16); }
  }
  const a2 = ai + ai;
  let a3 = a + a2 + ai;
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    const b1 = wide ? v128.load(b, 16) : b0;
    let x = v128.load_splat<T>(a);
    s00 = madd<T>(x, b0, s00); if (wide) s01 = madd<T>(x, b1, s01);
    if (rows > 1) { x = v128.load_splat<T>(a + ai); s10 = madd<T>(x, b0, s10); if (wide) s11 = madd<T>(x, b1, s11); }
    if (rows > 2) { x = v128.load_splat<T>(a + a2); s20 = madd<T>(x, b0, s20); if (wide) s21 = madd<T>(x, b1, s21); }
    if (rows > 3) { x = v128.load_splat<T>(a3); s30 = madd<T>(x, b0, s30); if (wide) s31 = madd<T>(x, b1, s31); }
    if (rows > 4) { x = v128.load_splat<T>(a3 + ai); s40 = madd<T>(x, b0, s40); if (wide) s41 = madd<T>(x, b1, s41); }
    if (rows > 5) { x = v128.load_splat<T>(a3 + a2); s50 = madd<T>(x, b0, s50); if (wide) s51 = madd<T>(x, b1, s51); }
    a += ak; a3 += ak;
    b += 32;
  }
  if (mode & PARK) c += park;
  if (mode & ADD) {
    finish<T>(s00, c + 0, true); if (wide) finish<T>(s01, c + 16, true);
    if (rows > 1) { c += stride; finish<T>(s10, c + 0, true); if (wide) finish<T>(s11, c + 16, true); }
    if (rows > 2) { c += stride; finish<T>(s20, c + 0, true); if (wide) finish<T>(s21, c + 16, true); }
    if (rows > 3) { c += stride; finish<T>(s30, c + 0, true); if (wide) finish<T>(s31, c + 16, true); }
    if (rows > 4) { c += stride; finish<T>(s40, c + 0, true); if (wide) finish<T>(s41, c + 16, true); }
    if (rows > 5) { c += stride; finish<T>(s50, c + 0, true); if (wide) finish<T>(s51, c + 16, true); }
  } else {
    finish<T>(s00, c + 0, false); if (wide) finish<T>(s01, c + 16, false);
    if (rows > 1) { c += stride; finish<T>(s10, c + 0, false); if (wide) finish<T>(s11, c + 16, false); }
    if (rows > 2) { c += stride; finish<T>(s20, c + 0, false); if (wide) finish<T>(s21, c + 16, false); }
    if (rows > 3) { c += stride; finish<T>(s30, c + 0, false); if (wide) finish<T>(s31, c + 16, false); }
    if (rows > 4) { c += stride; finish<T>(s40, c + 0, false); if (wide) finish<T>(s41, c + 16, false); }
    if (rows > 5) { c += stride; finish<T>(s50, c + 0, false); if (wide) finish<T>(s51, c + 16, false); }
  }
}

// @ts-ignore: decorator
@inline
function finish<T>(sum: v128, c: usize, add: bool): void {
  v128.store(c, add ? v128.add<T>(v128.load(c), sum) : sum);
}

/** The tile of fewer rows: the same sums, fewer of them. */
// @ts-ignore: decorator
@inline
function anyRows<T>(
  rows: i32, wide: bool, a: usize, ai: usize, ak: usize, b: usize, k: i32,
  c: usize, stride: usize, park: usize, mode: i32,
): void {
  switch (rows) {
    case 1: tile<T>(1, wide, a, ai, ak, b, k, c, stride, park, mode); break;
    case 2: tile<T>(2, wide, a, ai, ak, b, k, c, stride, park, mode); break;
    case 3: tile<T>(3, wide, a, ai, ak, b, k, c, stride, park, mode); break;
    case 4: tile<T>(4, wide, a, ai, ak, b, k, c, stride, park, mode); break;
    case 5: tile<T>(5, wide, a, ai, ak, b, k, c, stride, park, mode); break;
    default: tile<T>(6, wide, a, ai, ak, b, k, c, stride, park, mode);
  }
}

function wide<T>(rows: i32, a: usize, ai: usize, ak: usize, b: usize, k: i32, c: usize, stride: usize, park: usize, mode: i32): void {
  anyRows<T>(rows, true, a, ai, ak, b, k, c, stride, park, mode);
}
function narrow<T>(rows: i32, a: usize, ai: usize, ak: usize, b: usize, k: i32, c: usize, stride: usize, park: usize, mode: i32): void {
  anyRows<T>(rows, false, a, ai, ak, b, k, c, stride, park, mode);
}

// @ts-ignore: decorator
@inline
function whole<T>(
  rows: i32, live: i32, a: usize, ai: usize, ak: usize, b: usize, k: i32,
  c: usize, stride: usize, park: usize, mode: i32,
): void {
  if (live > lanes<T>()) wide<T>(rows, a, ai, ak, b, k, c, stride, park, mode);
  else narrow<T>(rows, a, ai, ak, b, k, c, stride, park, mode);
}

function copyCells(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, bytes: i32): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to, from, bytes);
    from += fromStride;
    to += toStride;
  }
}

/**
 * Cells beside the last column must not be written, so a tile whose live columns do not fill its vectors works on a copy:
 * totals at `spare`, parked sums 6·32 bytes after it. What its dead lanes hold is never copied back.
 */
function ragged<T>(
  rows: i32, live: i32, a: usize, ai: usize, ak: usize, b: usize, k: i32,
  c: usize, stride: usize, park: usize, mode: i32, spare: usize,
): void {
  const bytes = live * sizeof<T>();
  const parked: usize = ROWS * 32;
  if (mode & ADD) copyCells(c, stride, spare, 32, rows, bytes);
  if (mode & RESUME) copyCells(c + park, stride, spare + parked, 32, rows, bytes);
  whole<T>(rows, live, a, ai, ak, b, k, spare, 32, parked, mode);
  if (mode & PARK) copyCells(spare + parked, 32, c + park, stride, rows, bytes);
  else copyCells(spare, 32, c, stride, rows, bytes);
}

/**
 * One block of a product: c[rows × cols] from a (rows `ai` bytes apart, steps of k `ak`) and b (strips of 8 or 4 columns,
 * [k][8 or 4] each). `stride`, `park` in bytes.  spare: 2·6·32 bytes for edges.
 * The six rows of a that are being read stay in the first-level cache while all strips of b pass by them.
 */
export function gemm<T>(
  a: usize, ai: usize, ak: usize, b: usize, rows: i32, cols: i32, k: i32,
  c: usize, stride: usize, park: usize, mode: i32, spare: usize,
): void {
  const stripB = <usize>(k * 32);
  for (let i = 0; i < rows; i += ROWS) {
    const height = min(rows - i, ROWS);
    let strip = b;
    let cell = c;
    for (let j = 0; j < cols; j += columns<T>()) {
      const live = min(cols - j, columns<T>());
      if (live == columns<T>() || live == lanes<T>()) whole<T>(height, live, a, ai, ak, strip, k, cell, stride, park, mode);
      else ragged<T>(height, live, a, ai, ak, strip, k, cell, stride, park, mode, spare);
      strip += stripB;
      cell += columns<T>() * sizeof<T>();
    }
    a += ai * ROWS;
    c += <usize>ROWS * stride;
  }
}

/** c[i][j] += bias[i], once all blocks are in. Not in `gemm`: with it in the loop's function, V8 11 spills. */
export function addBias<T>(c: usize, stride: usize, rows: i32, cols: i32, bias: usize): void {
  for (let i = 0; i < rows; i++) {
    const value = load<T>(bias);
    const values = v128.splat<T>(value);
    let cell = c;
    let j = 0;
    for (; j + lanes<T>() <= cols; j += lanes<T>(), cell += 16) v128.store(cell, v128.add<T>(v128.load(cell), values));
    for (; j < cols; j++, cell += sizeof<T>()) store<T>(cell, <T>(load<T>(cell) + value));
    c += stride;
    bias += sizeof<T>();
  }
}
