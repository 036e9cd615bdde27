import { type PaperLayout, type PaperSizes, type Run, fitRun, layPaper } from "./paper";

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

export interface ProductLayout {
  readonly rail: readonly Box[];
  /** Where the words go. */
  readonly words: Box;
  readonly left: MatrixBox | null;
  readonly top: MatrixBox;
  readonly result: MatrixBox;
}

export interface CopyLayout {
  readonly words: Box;
  readonly planes: readonly Box[];
  readonly matrix: MatrixBox;
}

export const CAPTION = 26;
/** A heatmap keeps this much free around its cells, for outlines. */
export const FRAME = 4;
const GAP = 28;
/** The least width at which a caption can be read. */
const CAPTION_WIDTH = 168;
const WORDS_HEIGHT = 64;
/** Cells of a small plane grow no larger than this. */
const LARGEST_CELL = 44;
/** Below this width words are short, and what would stand side by side may stand one above the other. */
export const NARROW = 620;
const TOO_NARROW = 450;

/** One above the other, where the scene is narrow and has the height for it, or is too narrow for anything else. */
function isStacked(width: number, height: number): boolean {
  return width < TOO_NARROW || (width < NARROW && height > width * 0.9);
}

/** A product with its rail of planes. `sum`: there is no left factor, the top one's columns are added up. */
export function layProduct(
  width: number,
  height: number,
  planes: readonly Cells[],
  sizes: PaperSizes,
  sum: boolean,
): ProductLayout {
  return isStacked(width, height)
    ? layNarrowProduct(width, height, planes, sizes, sum)
    : layWideProduct(width, height, planes, sizes, sum);
}

function layWideProduct(
  width: number,
  height: number,
  planes: readonly Cells[],
  sizes: PaperSizes,
  sum: boolean,
): ProductLayout {
  const railWidth = Math.round(Math.max(CAPTION_WIDTH, Math.min(320, width * 0.23)));
  const share = height / Math.max(1, planes.length) - CAPTION - 12;
  const boxes = planes.map((cells) => fitPlane(cells, railWidth, share));
  const used = Math.max(CAPTION_WIDTH, ...boxes.map((box) => box.width));
  const paper = layPaperAt(used + GAP, 0, width - used - GAP, height, sizes, sum);
  let top = 0;
  const rail = boxes.map((box) => {
    const placed = { ...box, left: 0, top: top + CAPTION };
    top += CAPTION + box.height + 12;
    return placed;
  });
  return { rail, ...paper };
}

function layNarrowProduct(
  width: number,
  height: number,
  planes: readonly Cells[],
  sizes: PaperSizes,
  sum: boolean,
): ProductLayout {
  const each = (width - GAP * (planes.length - 1)) / Math.max(1, planes.length);
  const boxes = planes.map((cells) => fitPlane(cells, each, Math.min(170, height * 0.28)));
  const railHeight = Math.max(0, ...boxes.map((box) => box.height)) + CAPTION + 12;
  const rail = boxes.map((box, i) => ({ ...box, left: i * (each + GAP), top: CAPTION }));
  return { rail, ...layPaperAt(0, railHeight, width, height - railHeight, sizes, sum) };
}

/** The three matrices, with the words in the corner that paper leaves free. */
function layPaperAt(
  x: number,
  y: number,
  width: number,
  height: number,
  sizes: PaperSizes,
  sum: boolean,
): Omit<ProductLayout, "rail"> {
  if (sum) return laySumAt(x, y, width, height, sizes);
  const room = { width: width - GAP - 4 * FRAME, height: height - 2 * CAPTION - 12 - 4 * FRAME };
  const least = Math.min(CAPTION_WIDTH, Math.floor(width * 0.4));
  const { m, n, across, down }: PaperLayout = layPaper(sizes, room.width, room.height, least - 2 * FRAME);
  const leftWidth = Math.max(across.cell * across.visible + 2 * FRAME, least);
  const topHeight = down.cell * down.visible + 2 * FRAME;
  const resultLeft = x + leftWidth + GAP;
  const resultTop = y + CAPTION + topHeight + 12 + CAPTION;
  return {
    words: { left: x, top: y, width: leftWidth, height: topHeight + CAPTION },
    left: matrixBox(x, resultTop, m, across),
    top: matrixBox(resultLeft, y + CAPTION, down, n),
    result: matrixBox(resultLeft, resultTop, m, n),
  };
}

/** A matrix whose columns are added up, and the row of their sums below it. */
function laySumAt(
  x: number,
  y: number,
  width: number,
  height: number,
  { k, n }: PaperSizes,
): Omit<ProductLayout, "rail"> {
  const words = Math.min(230, width * 0.36);
  const cols = fitRun(n, width - words - GAP - 2 * FRAME, { least: 6, most: 64 });
  const one: Run = { cell: 26, visible: 1 };
  const rows = fitRun(k, height - 2 * CAPTION - 12 - 4 * FRAME - one.cell, { least: 9, most: 28 });
  const left = x + words + GAP;
  const top = matrixBox(left, y + CAPTION, rows, cols);
  return {
    words: { left: x, top: y, width: words, height },
    left: null,
    top,
    result: matrixBox(left, top.top + top.height + 12 + CAPTION, one, cols),
  };
}

/** Room for the planes of a copy, which stand beside a matrix, or above or below it. */
function planesRoom(width: number, height: number): { readonly width: number; readonly height: number } {
  const narrow = isStacked(width, height);
  const room = height - (narrow ? WORDS_HEIGHT + 16 : WORDS_HEIGHT);
  return narrow ? { width, height: room * 0.45 } : { width: Math.round((width - GAP) * 0.55), height: room };
}

/** How many of the planes of a copy are shown at once: four at least, and not so many that one cannot follow all of them. */
export function planesOfCopy(cells: Cells, width: number, height: number): number {
  const room = planesRoom(width, height);
  return Math.max(4, Math.min(16, planesThatFit(cells, room.width, room.height)));
}

/** Planes and a matrix side by side (or one above the other): what is copied or scattered from one to the other. */
export function layCopy(
  width: number,
  height: number,
  planes: readonly Cells[],
  matrix: Cells,
  planesFirst: boolean,
): CopyLayout {
  const narrow = isStacked(width, height);
  const words = { left: 0, top: 0, width, height: narrow ? WORDS_HEIGHT + 16 : WORDS_HEIGHT };
  const room = height - words.height;
  const planesIn = planesRoom(width, height);
  const grid = layGrid(planes, planesIn.width, planesIn.height);
  const used = Math.max(CAPTION_WIDTH, ...grid.map(({ left, width: wide }) => left + wide));
  const matrixWidth = (narrow ? width : width - used - GAP) - 2 * FRAME;
  const cols = fitRun(matrix.cols, matrixWidth, { least: 5, most: 56 });
  const gridHeight = Math.max(0, ...grid.map(({ top, height: high }) => top + high));
  const rows = fitRun(matrix.rows, (narrow ? room - gridHeight - 12 : room) - CAPTION - 2 * FRAME, {
    least: 10,
    most: 28,
  });
  const high = rows.cell * rows.visible + 2 * FRAME + CAPTION;
  const wide = cols.cell * cols.visible + 2 * FRAME;
  const [gridX, gridY] = planesFirst ? [0, 0] : narrow ? [0, high + 12] : [Math.max(CAPTION_WIDTH, wide) + GAP, 0];
  const [matrixX, matrixY] = !planesFirst ? [0, 0] : narrow ? [0, gridHeight + 12] : [used + GAP, 0];
  return {
    words,
    planes: grid.map((box) => ({ ...box, left: box.left + gridX, top: box.top + gridY + words.height })),
    matrix: matrixBox(matrixX, words.height + matrixY + CAPTION, rows, cols),
  };
}

/** The least side of a plane of which there are many, in a grid that is paged. */
const LEAST_PLANE = 84;

/** How many equal planes are shown at once: as many as fit at a size at which something is seen. */
export function planesThatFit({ rows, cols }: Cells, width: number, height: number): number {
  const ratio = Math.max(1 / 4, Math.min(4, rows / Math.max(1, cols)));
  const [wide, high] = ratio > 1 ? [LEAST_PLANE, LEAST_PLANE * ratio] : [LEAST_PLANE / ratio, LEAST_PLANE];
  const across = Math.floor((width + 16) / (Math.max(96, wide) + 16));
  const down = Math.floor((height + 12) / (high + CAPTION + 12));
  return Math.max(1, across * down);
}

/** Equal planes in as many columns as make them largest. */
export function layGrid(planes: readonly Cells[], width: number, height: number): Box[] {
  const first = planes.at(0);
  if (first === undefined) return [];
  let best: { readonly box: Box; readonly columns: number } | null = null;
  for (let columns = 1; columns <= planes.length; columns++) {
    const rows = Math.ceil(planes.length / columns);
    const box = fitPlane(first, width / columns - (columns > 1 ? 16 : 0), height / rows - CAPTION - 12);
    if (best === null || box.width > best.box.width) best = { box, columns };
  }
  const { box, columns } = best!; // planes is not empty
  const stepX = Math.max(box.width, columns > 1 ? 96 : 0) + 16;
  return planes.map((_, i) => ({
    ...box,
    left: (i % columns) * stepX,
    top: Math.floor(i / columns) * (box.height + CAPTION + 12) + CAPTION,
  }));
}

/** The box of a plane's heatmap: square cells, as large as fits, whole pixels where there are some. */
function fitPlane({ rows, cols }: Cells, width: number, height: number): Box {
  const free = Math.min(
    (width - 2 * FRAME) / Math.max(1, cols),
    (height - 2 * FRAME) / Math.max(1, rows),
    LARGEST_CELL,
  );
  const cell = free >= 3 ? Math.floor(free) : Math.max(free, 0.01);
  // Not a pixel more for what only rounding has added.
  const pixels = (count: number) => Math.ceil(cell * count - 1e-6) + 2 * FRAME;
  return { left: 0, top: 0, width: pixels(cols), height: pixels(rows) };
}

function matrixBox(left: number, top: number, rows: Run, cols: Run): MatrixBox {
  return {
    left,
    top,
    width: cols.cell * cols.visible + 2 * FRAME,
    height: rows.cell * rows.visible + 2 * FRAME,
    rows,
    cols,
  };
}
