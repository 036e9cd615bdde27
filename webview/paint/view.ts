import type { Rect } from "../../src/tensor/slice";

/** Cells of padding around a plane. */
export interface Ring {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const noRing: Ring = { top: 0, left: 0, bottom: 0, right: 0 };

/** A place in a plane. Negative, or beyond the size, in the padding ring. */
export interface Cell {
  readonly row: number;
  readonly col: number;
}

export function oneCell({ row, col }: Cell): Rect {
  return { top: row, left: col, bottom: row + 1, right: col + 1 };
}

export function sameCell(a: Cell | null, b: Cell | null): boolean {
  return a?.row === b?.row && a?.col === b?.col;
}

/** What a heatmap shows of its plane: the (fractional) element at the upper left corner, and CSS pixels per cell. */
export interface PlaneView {
  readonly top: number;
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** A plane with its padding, as it is laid out. `aspect`: width of a cell over its height. */
export interface Sheet {
  readonly rows: number;
  readonly cols: number;
  readonly ring: Ring;
  readonly aspect: number;
}

/** CSS pixels, and device pixels per CSS pixel. */
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

/**
 * Where the sheet lies: k CSS pixels per row, its upper left corner (with the ring) at x, y. The form of d3-zoom's transform:
 *   px = x + k · aspect · (col + ring.left)        py = y + k · (row + ring.top)
 */
export interface Camera {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** Room for outlines around cells at the edge, on every side of the box. */
export const INSET = 4;
/** Stretched cells ("fill") are at most this many times as wide as high, or as high as wide. */
const MOST_STRETCH = 4;
const BIGGEST_CELL = 160;

export function spanOf({ rows, cols, ring }: Sheet): { rows: number; cols: number } {
  return { rows: rows + ring.top + ring.bottom, cols: cols + ring.left + ring.right };
}

/** How a plane lies in a box; "fill" stretches its cells to the box. null: a plane without cells. */
export function sheetOf(
  plane: { readonly rows: number; readonly cols: number } | null,
  ring: Ring,
  aspect: number | "fill",
  box: Box,
  minCell: number,
): Sheet {
  const sheet = { rows: plane?.rows ?? 0, cols: plane?.cols ?? 0, ring, aspect: 1 };
  return { ...sheet, aspect: aspect === "fill" ? stretchedAspect(sheet, box, minCell) : aspect };
}

function stretchedAspect(sheet: Sheet, box: Box, minCell: number): number {
  const span = spanOf(sheet);
  const width = (box.width - 2 * INSET) / Math.max(1, span.cols);
  const height = Math.max((box.height - 2 * INSET) / Math.max(1, span.rows), minCell);
  if (!(width > 0 && height > 0)) return 1;
  return Math.max(1 / MOST_STRETCH, Math.min(MOST_STRETCH, width / height));
}

/** The camera that shows all of the sheet, as large as the box allows, up to `maxCell` CSS pixels for a cell's longer side. */
export function fitCamera(sheet: Sheet, box: Box, maxCell: number): Camera {
  const span = spanOf(sheet);
  const wide = (box.width - 2 * INSET) / (span.cols * sheet.aspect);
  const high = (box.height - 2 * INSET) / span.rows;
  const k = Math.min(wide, high, maxCell / Math.max(1, sheet.aspect));
  return { k: k > 0 && Number.isFinite(k) ? crisp(k, box.density) : 1, x: INSET, y: INSET };
}

/** As `fitCamera`, but no cell lower than `minCell`: what does not fit then hangs over at the bottom and the right. */
export function homeCamera(sheet: Sheet, box: Box, minCell: number, maxCell: number): Camera {
  const fit = fitCamera(sheet, box, maxCell);
  return fit.k >= minCell ? fit : { ...fit, k: minCell };
}

/** Whole device pixels for cells that have some: every cell then has the same size, and edges are sharp. */
function crisp(k: number, density: number): number {
  return k * density >= 3 ? Math.floor(k * density) / density : k;
}

/** The least and the greatest k: from the whole sheet (or home, if that is smaller) to cells that fill a hand. */
export function zoomRange(sheet: Sheet, box: Box, minCell: number, maxCell: number): [number, number] {
  const fit = fitCamera(sheet, box, maxCell).k;
  const least = minCell > 0 ? Math.min(fit, minCell) : fit;
  return [least, Math.max(least, BIGGEST_CELL / Math.max(1, sheet.aspect))];
}

/** Keeps the sheet in the box: at its upper left where it is smaller, without gaps at the edges where it is larger. */
export function constrained({ k, x, y }: Camera, sheet: Sheet, box: Box): Camera {
  const span = spanOf(sheet);
  return {
    k,
    x: held(x, k * sheet.aspect * span.cols, box.width),
    y: held(y, k * span.rows, box.height),
  };
}

function held(start: number, length: number, room: number): number {
  const least = room - INSET - length;
  return least >= INSET ? INSET : Math.max(least, Math.min(INSET, start));
}

/** CSS pixels of a rectangle of cells. */
export function boxOf(camera: Camera, { ring, aspect }: Sheet, rect: Rect): Rect {
  const { k, x, y } = camera;
  return {
    left: x + k * aspect * (rect.left + ring.left),
    right: x + k * aspect * (rect.right + ring.left),
    top: y + k * (rect.top + ring.top),
    bottom: y + k * (rect.bottom + ring.top),
  };
}

/** The cell under a point, ring included; null outside. */
export function cellAt({ k, x, y }: Camera, sheet: Sheet, px: number, py: number): Cell | null {
  const { rows, cols, ring, aspect } = sheet;
  const row = Math.floor((py - y) / k) - ring.top;
  const col = Math.floor((px - x) / (k * aspect)) - ring.left;
  const inside = row >= -ring.top && row < rows + ring.bottom && col >= -ring.left && col < cols + ring.right;
  return inside ? { row, col } : null;
}

/** The cells of the sheet, ring included, that are at least partly in the box. */
export function visible({ k, x, y }: Camera, sheet: Sheet, box: Box): Rect {
  const { rows, cols, ring, aspect } = sheet;
  const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
  const row = (py: number) => within((py - y) / k - ring.top, -ring.top, rows + ring.bottom);
  const col = (px: number) => within((px - x) / (k * aspect) - ring.left, -ring.left, cols + ring.right);
  return {
    top: Math.floor(row(0)),
    left: Math.floor(col(0)),
    bottom: Math.ceil(row(box.height)),
    right: Math.ceil(col(box.width)),
  };
}

/** Whether all cells but the ring's are in the box: there is nowhere to pan to. */
export function isAllVisible(camera: Camera, sheet: Sheet, box: Box): boolean {
  const { top, left, bottom, right } = visible(camera, sheet, box);
  return top <= 0 && left <= 0 && bottom >= sheet.rows && right >= sheet.cols;
}

/** The level at which an aggregated cell has between one and two device pixels on its shorter side: none falls between. */
export function levelOf({ k }: Camera, { aspect }: Sheet, { density }: Box): number {
  const pixels = k * Math.min(1, aspect) * density;
  return pixels >= 1 ? 0 : Math.ceil(-Math.log2(pixels));
}

export function viewOf({ k, x, y }: Camera, { ring, aspect }: Sheet): PlaneView {
  return {
    top: (INSET - y) / k - ring.top,
    left: (INSET - x) / (k * aspect) - ring.left,
    cellWidth: k * aspect,
    cellHeight: k,
  };
}

/**
 * The camera nearest to `camera` in which `rect` can be seen: panned as little as needed, zoomed out only if it is larger than
 * the box, zoomed in only if the shorter side of its cells has less than `least` CSS pixels.
 */
export function revealing(
  camera: Camera,
  sheet: Sheet,
  box: Box,
  rect: Rect,
  range: readonly [number, number],
  least: number,
): Camera {
  const width = (rect.right - rect.left) * sheet.aspect;
  const height = rect.bottom - rect.top;
  const most = Math.min((box.width - 2 * INSET) / width, (box.height - 2 * INSET) / height);
  const wanted = Math.max(least / Math.min(1, sheet.aspect), camera.k);
  const k = Math.max(range[0], Math.min(range[1], most, wanted));
  const at = scaledAbout(camera, k, box.width / 2, box.height / 2);
  const there = boxOf(at, sheet, rect);
  return constrained(
    { k, x: at.x + shift(there.left, there.right, box.width), y: at.y + shift(there.top, there.bottom, box.height) },
    sheet,
    box,
  );
}

function shift(start: number, end: number, room: number): number {
  if (start < INSET) return INSET - start;
  return end > room - INSET ? room - INSET - end : 0;
}

/** The camera with another k that keeps the point (px, py) where it is. */
export function scaledAbout(camera: Camera, k: number, px: number, py: number): Camera {
  const ratio = k / camera.k;
  return { k, x: px - (px - camera.x) * ratio, y: py - (py - camera.y) * ratio };
}
