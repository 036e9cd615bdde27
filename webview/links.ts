import { positionOf, rowAt, rowOf, tapAt, tapOf } from "../src/conv/columns";
import type { Geometry } from "../src/conv/geometry";
import { usesOf } from "../src/conv/receptive";
import type { Rect } from "../src/tensor/slice";
import type { Element } from "../src/trace/order/elements";
import { type Picture, pictureSize } from "../src/protocol/picture";

/**
 * Everything that an element came from and goes into, as rectangles of one picture; in the padding ring too. Exact: a
 * cell of x lights every output that reads it, also through padding and dilation.
 */
export function linksIn(g: Geometry, { tensor, index }: Element, picture: Picture): Rect[] {
  const found = finders[tensor](g, index, picture);
  return picture.transposed
    ? found.map(({ top, left, bottom, right }) => ({ top: left, left: top, bottom: right, right: bottom }))
    : found;
}

type Finder = (g: Geometry, index: readonly number[], picture: Picture) => Rect[];

/** A cell of x or dx: all windows that contain it. */
const ofInput: Finder = (g, [n, c, iy, ix], picture) => {
  if (picture.tensor === "x" || picture.tensor === "dx") return onPlane(picture, n, c, [cell(iy, ix)]);
  const uses = usesOf(g, iy, ix);
  const row = (use: { oy: number; ox: number }) => rowOf(g, { n, oy: use.oy, ox: use.ox });
  switch (picture.tensor) {
    case "col":
    case "dcol":
      return uses.map((use) => cell(row(use), tapOf(g, { c, ky: use.ky, kx: use.kx })));
    case "out":
    case "dout": {
      const [first, end] = filtersOf(g, c);
      if (picture.plane === null) return unique(uses.map((use) => area(row(use), first, 1, end - first)));
      if (picture.plane[0] !== n || picture.plane[1] < first || picture.plane[1] >= end) return [];
      return unique(uses.map((use) => cell(use.oy, use.ox)));
    }
    case "W":
    case "dW":
      return unique(uses.flatMap((use) => ofTap(g, { c, ky: use.ky, kx: use.kx }, picture)));
    case "b":
    case "db":
      return [];
  }
};

/** A cell of out or dout: its window, its row of col, its filter. */
const ofOutput: Finder = (g, [n, f, oy, ox], picture) => {
  const row = rowOf(g, { n, oy, ox });
  const firstChannel = Math.floor(f / g.groupFilters) * g.groupChannels;
  switch (picture.tensor) {
    case "x":
    case "dx": {
      if (picture.plane?.[0] !== n) return [];
      const c = picture.plane[1];
      return c < firstChannel || c >= firstChannel + g.groupChannels ? [] : windowCells(g, oy, ox);
    }
    case "col":
    case "dcol":
      return [area(row, firstChannel * g.y.kernel * g.x.kernel, 1, g.groupTaps)];
    case "out":
    case "dout":
      return picture.plane === null ? [cell(row, f)] : onPlane(picture, n, f, [cell(oy, ox)]);
    case "W":
    case "dW":
    case "b":
    case "db":
      return ofFilter(g, [f], picture);
  }
};

/** A weight: its tap in every window. */
const ofWeight: Finder = (g, [f, groupChannel, ky, kx], picture) => {
  const c = Math.floor(f / g.groupFilters) * g.groupChannels + groupChannel;
  switch (picture.tensor) {
    case "x":
    case "dx":
      return picture.plane?.[1] === c ? tapCells(g, ky, kx) : [];
    case "col":
    case "dcol":
      return [area(0, tapOf(g, { c, ky, kx }), g.rows, 1)];
    case "W":
    case "dW":
      return picture.plane === null
        ? [cell(tapOf(g, { c: groupChannel, ky, kx }), f)]
        : onPlane(picture, f, groupChannel, [cell(ky, kx)]);
    case "out":
    case "dout":
    case "b":
    case "db":
      return ofFilter(g, [f], picture);
  }
};

/** An element of col or dcol: where it was copied from, the weights that it meets, the outputs that it goes into. */
const ofColumns: Finder = (g, [row, tap], picture) => {
  const { n, oy, ox } = rowAt(g, row);
  const at = tapAt(g, tap);
  const [first, end] = filtersOf(g, at.c);
  switch (picture.tensor) {
    case "x":
    case "dx":
      return onPlane(picture, n, at.c, [cell(positionOf(g.y, oy, at.ky), positionOf(g.x, ox, at.kx))]);
    case "col":
    case "dcol":
      return [cell(row, tap)];
    case "out":
    case "dout":
      if (picture.plane === null) return [area(row, first, 1, end - first)];
      return picture.plane[1] >= first && picture.plane[1] < end && picture.plane[0] === n ? [cell(oy, ox)] : [];
    case "W":
    case "dW":
      return ofTap(g, at, picture);
    case "b":
    case "db":
      return [];
  }
};

/** A bias, or its gradient: all that its filter makes. */
const ofFilter: Finder = (g, [f], picture) => {
  switch (picture.tensor) {
    case "W":
    case "dW":
      if (picture.plane === null) return [area(0, f, g.groupTaps, 1)];
      return picture.plane[0] === f ? [whole(g, picture)] : [];
    case "out":
    case "dout":
      if (picture.plane === null) return [area(0, f, g.rows, 1)];
      return picture.plane[1] === f ? [whole(g, picture)] : [];
    case "b":
    case "db":
      return [cell(0, f)];
    case "x":
    case "dx":
    case "col":
    case "dcol":
      return [];
  }
};

const finders: Readonly<Record<Element["tensor"], Finder>> = {
  x: ofInput,
  dx: ofInput,
  out: ofOutput,
  dout: ofOutput,
  W: ofWeight,
  dW: ofWeight,
  col: ofColumns,
  dcol: ofColumns,
  b: ofFilter,
  db: ofFilter,
};

/** The weights of all filters that a tap meets. */
function ofTap(g: Geometry, { c, ky, kx }: { c: number; ky: number; kx: number }, picture: Picture): Rect[] {
  const [first, end] = filtersOf(g, c);
  const groupChannel = c % g.groupChannels;
  if (picture.plane === null) return [area(tapOf(g, { c: groupChannel, ky, kx }), first, 1, end - first)];
  const [f, shown] = picture.plane;
  return f >= first && f < end && shown === groupChannel ? [cell(ky, kx)] : [];
}

/** The filters [first, end) that read input channel `c`. */
function filtersOf(g: Geometry, c: number): [number, number] {
  const first = Math.floor(c / g.groupChannels) * g.groupFilters;
  return [first, first + g.groupFilters];
}

/** The cells that one window reads: one rectangle, or with dilation one for each tap. */
function windowCells(g: Geometry, oy: number, ox: number): Rect[] {
  const [top, left] = [positionOf(g.y, oy, 0), positionOf(g.x, ox, 0)];
  if (g.y.dilation === 1 && g.x.dilation === 1) return [area(top, left, g.y.kernel, g.x.kernel)];
  return grid(g.y.kernel, g.x.kernel, (ky, kx) => cell(top + ky * g.y.dilation, left + kx * g.x.dilation));
}

/** The cells that one tap reads in all windows; a rectangle without strides. */
function tapCells(g: Geometry, ky: number, kx: number): Rect[] {
  const [top, left] = [positionOf(g.y, 0, ky), positionOf(g.x, 0, kx)];
  if (g.y.stride === 1 && g.x.stride === 1) return [area(top, left, g.y.out, g.x.out)];
  return grid(g.y.out, g.x.out, (oy, ox) => cell(top + oy * g.y.stride, left + ox * g.x.stride));
}

function grid(rows: number, cols: number, at: (row: number, col: number) => Rect): Rect[] {
  return Array.from({ length: rows * cols }, (_, i) => at(Math.floor(i / cols), i % cols));
}

function onPlane(picture: Picture, major: number, minor: number, rects: Rect[]): Rect[] {
  return picture.plane?.[0] === major && picture.plane[1] === minor ? rects : [];
}

function whole(g: Geometry, picture: Picture): Rect {
  const { rows, cols } = pictureSize(g, picture);
  return area(0, 0, rows, cols);
}

function cell(row: number, col: number): Rect {
  return area(row, col, 1, 1);
}

function area(top: number, left: number, height: number, width: number): Rect {
  return { top, left, bottom: top + height, right: left + width };
}

function unique(rects: Rect[]): Rect[] {
  const seen = new Map(rects.map((rect) => [`${rect.top},${rect.left}`, rect]));
  return [...seen.values()];
}
