import {
  type Box,
  CAPTION,
  CAPTION_WIDTH,
  type Cells,
  FRAME,
  GAP,
  type MatrixBox,
  NARROW,
  fitPlanes,
  isStacked,
  matrixBox,
} from "./boxes";
import { type PaperSizes, type Run, fitRun, layPaper } from "./paper";

export interface ProductLayout {
  /** Planes of the operands, for orientation. */
  readonly rail: readonly Box[];
  /** Where the words go. */
  readonly words: Box;
  readonly left: MatrixBox | null;
  readonly top: MatrixBox;
  readonly result: MatrixBox;
}

/** Between one row of boxes and the caption of the next. */
const LINE = 12;
/** From this width on there is room for the captions of two planes in the corner that paper leaves free. */
const CORNER = 520;

/** A product with its planes. `sum`: there is no left factor, the top one's columns are added up. */
export function layProduct(
  width: number,
  height: number,
  planes: readonly Cells[],
  sizes: PaperSizes,
  sum: boolean,
): ProductLayout {
  if (!isStacked(width, height)) return besidePaper(width, height, planes, sizes, sum);
  if (sum) return besideSum(width, height, planes, sizes);
  return width < CORNER ? abovePaper(width, height, planes, sizes) : inCorner(width, height, planes, sizes);
}

/** The planes in a column, left of everything else. */
function besidePaper(
  width: number,
  height: number,
  planes: readonly Cells[],
  sizes: PaperSizes,
  sum: boolean,
): ProductLayout {
  const railWidth = Math.round(Math.max(CAPTION_WIDTH, Math.min(320, width * 0.23)));
  const share = height / Math.max(1, planes.length) - CAPTION - LINE;
  const boxes = fitPlanes(planes, railWidth, share);
  const used = Math.max(CAPTION_WIDTH, ...boxes.map((box) => box.width));
  const rail = stacked(boxes, 0);
  const [x, room] = [used + GAP, width - used - GAP];
  if (sum) {
    const words = Math.min(250, room * 0.36);
    return {
      rail,
      words: { left: x, top: 0, width: words, height },
      ...laySum(x + words + GAP, 0, room - words - GAP, height, sizes),
    };
  }
  const high = (wide: number) => wordsHeight(wide, width < NARROW);
  const { corner, ...paper } = layPaperAt(x, 0, room, height, sizes, Math.min(250, room * 0.36), high);
  return { rail, words: corner, ...paper };
}

/** The planes in a line above, the words in the corner that paper leaves free. */
function abovePaper(width: number, height: number, planes: readonly Cells[], sizes: PaperSizes): ProductLayout {
  const boxes = inLine(planes, width, Math.min(170, height * 0.28));
  const used = Math.max(0, ...boxes.map((box) => box.height)) + CAPTION + LINE;
  const { corner, ...paper } = layPaperAt(0, used, width, height - used, sizes, width * 0.4, (wide) =>
    wordsHeight(wide, true),
  );
  return { rail: boxes, words: corner, ...paper };
}

/** The words above everything, the planes in the corner that paper leaves free. */
function inCorner(width: number, height: number, planes: readonly Cells[], sizes: PaperSizes): ProductLayout {
  const words = { left: 0, top: 0, width, height: Math.min(wordsHeight(width, true), height * 0.25) };
  const least = (cornerWidth: number) => Math.min(cornerWidth / 2 + CAPTION, height * 0.4);
  const { corner, ...paper } = layPaperAt(0, words.height, width, height - words.height, sizes, width * 0.58, least);
  const rail = inLine(planes, corner.width, corner.height - CAPTION).map((box) => ({
    ...box,
    top: box.top + words.height,
  }));
  return { rail, words, ...paper };
}

/** The planes in a column with the words below them, left of what is added up. */
function besideSum(width: number, height: number, planes: readonly Cells[], sizes: PaperSizes): ProductLayout {
  const column = Math.max(CAPTION_WIDTH, Math.round(Math.min(230, width * 0.36)));
  const rail = stacked(fitPlanes(planes, column, height * 0.4), 0);
  const end = Math.max(0, ...rail.map((box) => box.top + box.height + LINE));
  const words = { left: 0, top: end, width: column, height: height - end };
  return { rail, words, ...laySum(column + GAP, 0, width - column - GAP, height, sizes) };
}

function stacked(boxes: readonly Box[], from: number): Box[] {
  let top = from;
  return boxes.map((box) => {
    const placed = { ...box, left: 0, top: top + CAPTION };
    top += CAPTION + box.height + LINE;
    return placed;
  });
}

function inLine(planes: readonly Cells[], width: number, height: number): Box[] {
  const each = (width - GAP * (planes.length - 1)) / Math.max(1, planes.length);
  return fitPlanes(planes, each, height).map((box, i) => ({ ...box, left: i * (each + GAP), top: CAPTION }));
}

/**
 * Three matrices, and the corner above the left one and left of the top one: at least as high as `cornerHeight` says of its width, as
 * far as that leaves the larger part to the rows below.
 */
function layPaperAt(
  x: number,
  y: number,
  width: number,
  height: number,
  sizes: PaperSizes,
  leastLeft: number,
  cornerHeight: (width: number) => number,
): Omit<ProductLayout, "rail" | "words"> & { readonly corner: Box } {
  const room = { width: width - GAP - 4 * FRAME, height: height - 2 * CAPTION - LINE - 4 * FRAME };
  const least = Math.floor(leastLeft);
  const leastTop = (leftWidth: number) => Math.min(room.height * 0.4, cornerHeight(leftWidth) - CAPTION - 2 * FRAME);
  const { m, n, across, down } = layPaper(sizes, room.width, room.height, least - 2 * FRAME, (cells) =>
    leastTop(cells + 2 * FRAME),
  );
  const leftWidth = Math.max(across.cell * across.visible + 2 * FRAME, least);
  const topHeight = Math.max(down.cell * down.visible, Math.floor(leastTop(leftWidth))) + 2 * FRAME;
  const resultLeft = x + leftWidth + GAP;
  const resultTop = y + CAPTION + topHeight + LINE + CAPTION;
  const top = matrixBox(resultLeft, 0, down, n);
  return {
    corner: { left: x, top: y, width: leftWidth, height: topHeight + CAPTION },
    left: matrixBox(x, resultTop, m, across),
    // It stands on the result, as on paper.
    top: { ...top, top: resultTop - CAPTION - LINE - top.height },
    result: matrixBox(resultLeft, resultTop, m, n),
  };
}

/** A matrix whose columns are added up, and the row of their sums below it. */
function laySum(
  left: number,
  y: number,
  width: number,
  height: number,
  { k, n }: PaperSizes,
): Pick<ProductLayout, "left" | "top" | "result"> {
  const cols = fitRun(n, width - 2 * FRAME, { least: 6, most: 64 });
  const one: Run = { cell: 26, visible: 1 };
  const rows = fitRun(k, height - 2 * CAPTION - LINE - 4 * FRAME - one.cell, { least: 9, most: 28 });
  const top = matrixBox(left, y + CAPTION, rows, cols);
  return { left: null, top, result: matrixBox(left, top.top + top.height + LINE + CAPTION, one, cols) };
}

/**
 * About how high the words of a stage are at a width: a title, the formula of the cell, two lines of where it is, and unless they are
 * `brief` what the stage does.
 */
function wordsHeight(width: number, brief: boolean): number {
  const lines = (length: number) => Math.ceil(length / Math.max(1, width - 8));
  return 38 + 18 * ((brief ? 0 : lines(540)) + lines(340) + lines(310) + lines(420));
}
