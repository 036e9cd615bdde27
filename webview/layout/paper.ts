/**
 * A product of matrices laid out as on paper: the left factor's rows meet the top factor's columns in the result.
 *
 *              k ┌────────┐
 *                │  top   │        one index n across
 *       k        └────────┘
 *   ┌────────┐   ┌────────┐
 *   │  left  │ m │ result │ m
 *   └────────┘   └────────┘
 *                    n
 *
 * k runs across the left factor and down the top one, so as many of it are visible here as there.
 */
export interface PaperSizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Cells along one direction of one box: how long a cell is in pixels, and how many are visible. */
export interface Run {
  readonly cell: number;
  readonly visible: number;
}

export interface PaperLayout {
  readonly m: Run;
  readonly n: Run;
  /** k across the left factor, and down the top factor. */
  readonly across: Run;
  readonly down: Run;
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

/** A column of a factor; wide enough for a number where there is room. */
const wide: Limits = { least: 6, most: 64 };
const tall: Limits = { least: 5, most: 30 };
/** What the caption of a narrow result needs. */
const LEAST_RIGHT = 84;
const rowOfMany: Limits = { least: 10, most: 30 };

/**
 * `width` and `height` are for the cells alone: gaps and captions are taken off before. The left factor is given at least
 * `leastLeft` of the width, also where its cells need less; the top factor `leastTop` of the height, which may depend on the
 * width that the left factor has come to.
 */
export function layPaper(
  { m, k, n }: PaperSizes,
  width: number,
  height: number,
  leastLeft = 0,
  leastTop: (left: number) => number = () => 0,
): PaperLayout {
  // The top factor takes what its k needs at a comfortable height, but leaves the larger part to the rows below.
  const comfortable = Math.min(height * 0.42, Math.max(k * 7, height * 0.3));
  const all = k * tall.least <= height / 2 ? k * tall.least : 0;
  const down = fitRun(k, Math.max(comfortable, all), tall);
  // An even split of the width by count, but neither side less than a third.
  const share = Math.min(0.66, Math.max(0.34, k / Math.max(1, k + n)));
  const first = fitRun(n, Math.min(width * (1 - share), width - leastLeft), wide);
  const across = fitRun(k, width - Math.max(LEAST_RIGHT, first.cell * first.visible), wide);
  const second = fitRun(n, width - Math.max(leastLeft, across.cell * across.visible), wide);
  const visible = Math.min(down.visible, across.visible);
  // With fewer of k in view than the left factor had room for, its cells may be wider.
  const wider = fitRun(visible, width - Math.max(LEAST_RIGHT, second.cell * second.visible), wide);
  const left = Math.max(leastLeft, wider.cell * wider.visible);
  const rows = fitRun(m, height - Math.max(down.cell * visible, leastTop(left)), rowOfMany);
  return { m: rows, n: second, across: wider, down: { ...down, visible } };
}

/** The longest cells (whole pixels, within the limits) with which `count` fit into `room`, or as many as fit of the least. */
export function fitRun(count: number, room: number, { least, most }: Limits): Run {
  if (count <= 0) return { cell: least, visible: 0 };
  const cell = Math.max(least, Math.min(most, Math.floor(room / count)));
  return { cell, visible: Math.max(1, Math.min(count, Math.floor(room / cell))) };
}

/**
 * The first of `visible` out of `count` cells, moved as little as keeps `at` in the middle half: a position that walks
 * scrolls smoothly, and a small one not at all.
 */
export function follow(first: number, visible: number, count: number, at: number): number {
  const margin = Math.floor(visible / 4);
  const least = at - (visible - 1 - margin);
  const most = at - margin;
  const moved = Math.min(most, Math.max(least, first));
  return Math.max(0, Math.min(count - visible, moved));
}
