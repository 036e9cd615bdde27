import type { Run } from "./paper";

/** CSS pixels. Of a pane: the box of its heatmap; the caption stands above it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A plane with its padding ring, in cells. */
export interface Cells {
  readonly rows: number;
  readonly cols: number;
}

/** A matrix of which a part is visible. */
export interface MatrixBox extends Box {
  readonly rows: Run;
  readonly cols: Run;
}

export const CAPTION = 26;
/** A heatmap keeps this much free around its cells, for outlines. */
export const FRAME = 4;
export const GAP = 28;
/** The least width at which a caption can be read. */
export const CAPTION_WIDTH = 168;
/** Cells of a small plane grow no larger than this. */
const LARGEST_CELL = 44;
/** Below this width words are short, and what would stand side by side may stand one above the other. */
export const NARROW = 620;
const TOO_NARROW = 450;
/** Planes whose cells would differ by no more than this get cells of one size: what lies over each other then looks so. */
const NEARLY_EQUAL = 1.5;

/** One above the other, where the scene is narrow and has the height for it, or is too narrow for anything else. */
export function isStacked(width: number, height: number): boolean {
  return width < TOO_NARROW || (width < NARROW && height > width * 0.9);
}

/** The box of a plane's heatmap: square cells, as large as fits, whole pixels where there are some. */
export function fitPlane(cells: Cells, width: number, height: number): Box {
  return planeBox(cells, largestCell(cells, width, height));
}

/** Boxes of planes that are given the same room each. */
export function fitPlanes(planes: readonly Cells[], width: number, height: number): Box[] {
  const cells = planes.map((plane) => largestCell(plane, width, height));
  const least = Math.min(...cells);
  const common = Math.max(...cells) <= least * NEARLY_EQUAL;
  return planes.map((plane, i) => planeBox(plane, common ? least : cells[i]));
}

function largestCell({ rows, cols }: Cells, width: number, height: number): number {
  const free = Math.min(
    (width - 2 * FRAME) / Math.max(1, cols),
    (height - 2 * FRAME) / Math.max(1, rows),
    LARGEST_CELL,
  );
  return free >= 3 ? Math.floor(free) : Math.max(free, 0.01);
}

function planeBox({ rows, cols }: Cells, cell: number): Box {
  // Not a pixel more for what only rounding has added.
  const pixels = (count: number) => Math.ceil(cell * count - 1e-6) + 2 * FRAME;
  return { left: 0, top: 0, width: pixels(cols), height: pixels(rows) };
}

export function matrixBox(left: number, top: number, rows: Run, cols: Run): MatrixBox {
  return {
    left,
    top,
    width: cols.cell * cols.visible + 2 * FRAME,
    height: rows.cell * rows.visible + 2 * FRAME,
    rows,
    cols,
  };
}
