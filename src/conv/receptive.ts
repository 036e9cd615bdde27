import { positionOf, sourceOf } from "./columns";
import type { Axis, Geometry } from "./geometry";
import type { PaddingMode } from "./spec";

/** One pairing of an output position with a tap, on one axis. */
export interface Meeting {
  readonly o: number;
  readonly k: number;
}

/**
 * Every (output position, tap) of one axis that reads cell `i` of x, also through padding that shows it.
 * In the order in which col2im meets them: o ascending, then k.
 */
export function meetings(axis: Axis, mode: PaddingMode, i: number): Meeting[] {
  const found: Meeting[] = [];
  for (const position of shownAt(axis, mode, i)) {
    // position + begin = o·stride + k·dilation, for k in the kernel and o in the output
    for (let k = 0; k < axis.kernel; k++) {
      const rest = position + axis.begin - k * axis.dilation;
      if (rest >= 0 && rest % axis.stride === 0 && rest / axis.stride < axis.out)
        found.push({ o: rest / axis.stride, k });
    }
  }
  return found.sort((a, b) => a.o - b.o || a.k - b.k);
}

type Met = (readonly Meeting[] | undefined)[];
const known = new WeakMap<Axis, Partial<Record<PaddingMode, Met>>>();

/** `meetings` of an axis of a layer, looked up once for each cell: col2im, and pictures of it, come to all of them again and again. */
export function metBy(axis: Axis, mode: PaddingMode): (i: number) => readonly Meeting[] {
  const modes = known.get(axis) ?? {};
  known.set(axis, modes);
  const found = (modes[mode] ??= []);
  return (i) => (found[i] ??= meetings(axis, mode, i));
}

/** Positions of the padded axis, in x's coordinates, that show cell `i`: itself, and its copies in the padding. */
function shownAt(axis: Axis, mode: PaddingMode, i: number): number[] {
  const positions = [i];
  if (mode === "zeros") return positions;
  for (let p = -axis.begin; p < 0; p++) if (sourceOf(axis, mode, p) === i) positions.push(p);
  for (let p = axis.size; p < axis.size + axis.end; p++) if (sourceOf(axis, mode, p) === i) positions.push(p);
  return positions;
}

/** The window of x that output position (oy, ox) reads, in x's coordinates; parts of it may lie in the padding. */
export interface Window {
  /** First row and column, and the cells spanned. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export function windowOf(g: Geometry, oy: number, ox: number): Window {
  return {
    top: positionOf(g.y, oy, 0),
    left: positionOf(g.x, ox, 0),
    height: g.y.extent,
    width: g.x.extent,
  };
}

/** All uses of input cell (iy, ix) of any channel: which output position reads it through which tap. */
export interface Use {
  readonly oy: number;
  readonly ox: number;
  readonly ky: number;
  readonly kx: number;
}

/** In the order in which col2im adds them: oy, ox, ky, kx. */
export function usesOf(g: Geometry, iy: number, ix: number): Use[] {
  const rows = meetings(g.y, g.paddingMode, iy);
  const columns = meetings(g.x, g.paddingMode, ix);
  const uses = rows.flatMap((row) => columns.map((column) => ({ oy: row.o, ox: column.o, ky: row.k, kx: column.k })));
  return uses.sort((a, b) => a.oy - b.oy || a.ox - b.ox || a.ky - b.ky || a.kx - b.kx);
}
