import { positionOf } from "../src/conv/columns";
import type { Geometry } from "../src/conv/geometry";
import { windowOf } from "../src/conv/receptive";
import { type Picture, cellIn, seenIn } from "../src/protocol/picture";
import type { Rect } from "../src/tensor/slice";
import type { Element } from "../src/trace/order/elements";
import type { Stage } from "../src/trace/order/stages";
import type { Place } from "../src/trace/order/steps";
import { linksIn } from "./links";
import type { Overlay, OverlayRole } from "./paint/overlay";

/**
 * The outlines of one moment in one picture, in the same grammar everywhere: what belongs to the present cell as a whole
 * (its window, its row, its column, itself) in the first accent, the one element of this step in the second.
 */
export function momentIn(g: Geometry, place: Place, picture: Picture): Overlay[] {
  return momentOf(g, place, picture).flatMap(({ rect, role }) =>
    seenIn(picture, [rect]).map((seen) => outline(seen, role)),
  );
}

/** In the whole of which the picture may be a part. */
function momentOf(g: Geometry, place: Place, picture: Picture): Overlay[] {
  if (picture.plane !== null) return planeMoment(g, place, picture.tensor, picture.plane);
  const found = matrixMoment(g, place, picture.tensor);
  return picture.transposed ? found.map(({ rect, role }) => ({ rect: flipped(rect), role })) : found;
}

/** What the hovered element, or else the selected one, lights up in a picture, and where the selected one is. */
export function linkedIn(g: Geometry, picture: Picture, hovered: Element | null, selected: Element | null): Overlay[] {
  const followed = hovered ?? selected;
  const links =
    followed === null ? [] : seenIn(picture, linksIn(g, followed, picture)).map((rect) => outline(rect, "linked"));
  const at = selected?.tensor === picture.tensor ? cellIn(g, picture, selected.index) : null;
  return at === null ? links : [...links, outline(cell(at.row, at.col), "selected")];
}

/** Stages in which a step goes through a whole window of x or dx, tap by tap. */
const walksWindow: Readonly<Record<Stage, boolean>> = {
  im2col: true,
  gemm: true,
  db: false,
  dW: false,
  dcol: false,
  col2im: true,
};

function planeMoment(
  g: Geometry,
  place: Place,
  tensor: Picture["tensor"],
  plane: readonly [number, number],
): Overlay[] {
  const { n, oy, ox, f, c, ky, kx } = place.at;
  const [major, minor] = plane;
  switch (tensor) {
    case "x":
    case "dx": {
      if (major !== n || place.tap === null) return [];
      const group = (channel: number) => Math.floor(channel / g.groupChannels);
      const windowed = walksWindow[place.stage] && (place.stage !== "gemm" || group(minor) === group(c));
      const { top, left, height, width } = windowOf(g, oy, ox);
      const present = cell(positionOf(g.y, oy, ky), positionOf(g.x, ox, kx));
      return [
        ...(windowed ? [outline(area(top, left, height, width), "window")] : []),
        ...(minor === c ? [outline(present, "present")] : []),
      ];
    }
    case "out":
    case "dout":
      if (major !== n || minor !== f) return [];
      return [outline(cell(oy, ox), place.stage === "gemm" ? "window" : "present")];
    case "W":
    case "dW":
      if (major !== f || minor !== c % g.groupChannels || place.tap === null) return [];
      return [outline(cell(ky, kx), tensor === "dW" ? "window" : "present")];
    case "b":
    case "db":
    case "col":
    case "dcol":
      return [];
  }
}

/** In the layout of the GEMM: col rows × taps, W taps × F, out rows × F. */
function matrixMoment(g: Geometry, place: Place, tensor: Picture["tensor"]): Overlay[] {
  const { stage, row, tap } = place;
  const { f, c } = place.at;
  const firstTap = Math.floor(c / g.groupChannels) * g.groupTaps;
  const firstFilter = Math.floor(f / g.groupFilters) * g.groupFilters;
  if (row === null) return [];
  switch (tensor) {
    case "col":
    case "dcol": {
      if (tap === null) return [];
      if (stage === "dcol") return [outline(cell(row, tap), "window")];
      const [from, width] = stage === "gemm" ? [firstTap, g.groupTaps] : [0, g.taps];
      const line = stage === "dW" ? area(0, tap, g.rows, 1) : area(row, from, 1, width);
      return [outline(line, "row"), outline(cell(row, tap), "present")];
    }
    case "W":
    case "dW": {
      if (tap === null) return [];
      const at = cell(tap - firstTap, f);
      if (stage === "dW" && tensor === "dW") return [outline(at, "window")];
      const line = stage === "dcol" ? area(tap - firstTap, firstFilter, 1, g.groupFilters) : area(0, f, g.groupTaps, 1);
      return [outline(line, "row"), outline(at, "present")];
    }
    case "out":
    case "dout": {
      if (stage === "gemm") return [outline(cell(row, f), "window")];
      const line = stage === "dcol" ? area(row, firstFilter, 1, g.groupFilters) : area(0, f, g.rows, 1);
      return [outline(line, "row"), outline(cell(row, f), "present")];
    }
    case "b":
    case "db":
      return [outline(cell(0, f), tensor === "db" ? "window" : "row")];
    case "x":
    case "dx":
      return [];
  }
}

function outline(rect: Rect, role: OverlayRole): Overlay {
  return { rect, role };
}

function cell(row: number, col: number): Rect {
  return area(row, col, 1, 1);
}

function area(top: number, left: number, height: number, width: number): Rect {
  return { top, left, bottom: top + height, right: left + width };
}

function flipped({ top, left, bottom, right }: Rect): Rect {
  return { top: left, left: top, bottom: right, right: bottom };
}
