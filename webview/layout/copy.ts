import {
  type Box,
  CAPTION,
  CAPTION_WIDTH,
  type Cells,
  FRAME,
  GAP,
  type MatrixBox,
  NARROW,
  fitPlane,
  isStacked,
  matrixBox,
} from "./boxes";
import { fitRun } from "./paper";

/** Planes and the matrix that they are copied into, or that is added back into them. */
export interface CopyLayout {
  readonly words: Box;
  readonly planes: readonly Box[];
  readonly matrix: MatrixBox;
}

/** What the caption of one of several planes needs: "count c 12". */
const SHORT_CAPTION = 84;

/** Of the words: a title, where the present row is, and where there is the width for it what the stage does. */
const wordsHeight = (width: number) => (width < NARROW ? 48 : 64);

/** Room for the planes of a copy, which stand beside a matrix, or above or below it. */
function planesRoom(width: number, height: number): { readonly width: number; readonly height: number } {
  const narrow = isStacked(width, height);
  const room = height - wordsHeight(width);
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
  const words = { left: 0, top: 0, width, height: wordsHeight(width) };
  const room = height - words.height;
  const planesIn = planesRoom(width, height);
  const grid = layGrid(planes, planesIn.width, planesIn.height);
  const caption = planes.length > 1 ? SHORT_CAPTION : CAPTION_WIDTH;
  const used = Math.max(...grid.map(({ left, width: wide }) => left + Math.max(wide, caption)), CAPTION_WIDTH);
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
