import type { ComputeData } from "../tensor/dtype";
import type { Axis, Geometry } from "./geometry";
import type { PaddingMode } from "./spec";

/**
 * im2col as an index map: the one definition of which element of x stands at (row, tap) of col. Packing for the GEMM,
 * the column view, the trace and the scatter of col2im all read it; col itself is never held in memory.
 *
 *   row = (n · oH + oy) · oW + ox        tap = (c · kH + ky) · kW + kx
 *   col[row, tap] = padded x[n, c, oy·s + ky·d − begin, ox·s + kx·d − begin]
 */

/** Marks a padded cell that is a plain zero. */
export const PADDING = -1;

/**
 * For each cell of the padded axis, the cell of x that it shows, or PADDING.
 * reflect does not repeat the edge; its padding is less than the size, circular's at most the size.
 */
export function sourceMap(axis: Axis, mode: PaddingMode): Int32Array {
  const map = new Int32Array(axis.padded);
  for (let p = 0; p < axis.padded; p++) map[p] = sourceOf(axis, mode, p - axis.begin);
  return map;
}

/** The cell of x that position `i` (which may lie outside) shows under the padding mode, or PADDING. */
export function sourceOf(axis: Axis, mode: PaddingMode, i: number): number {
  const { size } = axis;
  if (i >= 0 && i < size) return i;
  switch (mode) {
    case "zeros":
      return PADDING;
    case "replicate":
      return i < 0 ? 0 : size - 1;
    case "reflect":
      return i < 0 ? -i : 2 * (size - 1) - i;
    case "circular":
      return i < 0 ? i + size : i - size;
  }
}

export interface Row {
  readonly n: number;
  readonly oy: number;
  readonly ox: number;
}
export interface Tap {
  readonly c: number;
  readonly ky: number;
  readonly kx: number;
}

export function rowAt(g: Geometry, row: number): Row {
  const plane = Math.floor(row / g.x.out);
  return { n: Math.floor(plane / g.y.out), oy: plane % g.y.out, ox: row % g.x.out };
}
export function rowOf(g: Geometry, { n, oy, ox }: Row): number {
  return (n * g.y.out + oy) * g.x.out + ox;
}
export function tapAt(g: Geometry, tap: number): Tap {
  const line = Math.floor(tap / g.x.kernel);
  return { c: Math.floor(line / g.y.kernel), ky: line % g.y.kernel, kx: tap % g.x.kernel };
}
export function tapOf(g: Geometry, { c, ky, kx }: Tap): number {
  return (c * g.y.kernel + ky) * g.x.kernel + kx;
}

/** Where a tap of a window looks, in x's own coordinates; below 0 or beyond the size is in the padding. */
export function positionOf(axis: Axis, o: number, k: number): number {
  return o * axis.stride + k * axis.dilation - axis.begin;
}

/** Position in x's data of the element at (row, tap), or PADDING where a plain zero is read. */
export function sourceOffset(g: Geometry, row: Row, tap: Tap): number {
  const iy = sourceOf(g.y, g.paddingMode, positionOf(g.y, row.oy, tap.ky));
  const ix = sourceOf(g.x, g.paddingMode, positionOf(g.x, row.ox, tap.kx));
  if (iy === PADDING || ix === PADDING) return PADDING;
  return ((row.n * g.channels + tap.c) * g.y.size + iy) * g.x.size + ix;
}

/** col[row, tap]. */
export function colValue(g: Geometry, x: ComputeData, row: number, tap: number): number {
  const offset = sourceOffset(g, rowAt(g, row), tapAt(g, tap));
  return offset === PADDING ? 0 : x[offset];
}

/** col, to be asked for many of its elements. */
export function colReader(g: Geometry, x: ComputeData): (row: number, tap: number) => number {
  const [lines, columns] = [sourceMap(g.y, g.paddingMode), sourceMap(g.x, g.paddingMode)];
  const [plane, kernel] = [g.y.out * g.x.out, g.y.kernel * g.x.kernel];
  return (row, tap) => {
    const n = Math.floor(row / plane);
    const place = row - n * plane;
    const oy = Math.floor(place / g.x.out);
    const c = Math.floor(tap / kernel);
    const k = tap - c * kernel;
    const ky = Math.floor(k / g.x.kernel);
    const iy = lines[oy * g.y.stride + ky * g.y.dilation];
    const ix = columns[(place - oy * g.x.out) * g.x.stride + (k - ky * g.x.kernel) * g.x.dilation];
    return iy === PADDING || ix === PADDING ? 0 : x[((n * g.channels + c) * g.y.size + iy) * g.x.size + ix];
  };
}
