import { type Cell, type Sheet, spanOf } from "../paint/view";

/** What a key asks of the view. */
export type CameraCommand =
  /** By parts of the box. */
  | { readonly kind: "pan"; readonly right: number; readonly down: number }
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "fit" };

/** What a key asks of a heatmap. */
export type HeatmapCommand =
  CameraCommand | { readonly kind: "cursor"; readonly to: Cell } | { readonly kind: "select" | "table" };

/** The part of a KeyboardEvent that matters. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const arrows: Readonly<Record<string, { readonly right: number; readonly down: number } | undefined>> = {
  ArrowUp: { right: 0, down: -1 },
  ArrowDown: { right: 0, down: 1 },
  ArrowLeft: { right: -1, down: 0 },
  ArrowRight: { right: 1, down: 0 },
};
const plain: Readonly<Record<string, HeatmapCommand | undefined>> = {
  "+": { kind: "zoom", factor: 1.5 },
  "=": { kind: "zoom", factor: 1.5 },
  "-": { kind: "zoom", factor: 1 / 1.5 },
  _: { kind: "zoom", factor: 1 / 1.5 },
  "0": { kind: "fit" },
  t: { kind: "table" },
  Enter: { kind: "select" },
  " ": { kind: "select" },
};

/** `page`: rows that the box shows. null: not a key of the heatmap, let it pass. */
export function commandOf(press: KeyPress, cursor: Cell, sheet: Sheet, page: number): HeatmapCommand | null {
  const { key } = press;
  if (press.altKey) return null;
  const jump = press.ctrlKey || press.metaKey;
  const arrow = arrows[key];
  if (arrow !== undefined && press.shiftKey)
    return jump ? null : { kind: "pan", right: arrow.right / 8, down: arrow.down / 8 };
  const reach = jump ? Infinity : 1;
  if (arrow !== undefined)
    return moved(cursor, sheet, arrow.down === 0 ? 0 : arrow.down * reach, arrow.right === 0 ? 0 : arrow.right * reach);
  if (press.shiftKey && key !== "+" && key !== "_") return null;
  switch (key) {
    case "PageUp":
      return jump ? null : moved(cursor, sheet, -Math.max(1, page), 0);
    case "PageDown":
      return jump ? null : moved(cursor, sheet, Math.max(1, page), 0);
    case "Home":
      return moved(cursor, sheet, jump ? -Infinity : 0, -Infinity);
    case "End":
      return moved(cursor, sheet, jump ? Infinity : 0, Infinity);
  }
  return jump ? null : (plain[key] ?? null);
}

/** A cell of the sheet, ring included: the nearest one there is. (0, 0) in a sheet without cells. */
export function heldCell({ row, col }: Cell, sheet: Sheet): Cell {
  const span = spanOf(sheet);
  const within = (value: number, least: number, count: number) =>
    count === 0 ? 0 : Math.max(least, Math.min(least + count - 1, value));
  return { row: within(row, -sheet.ring.top, span.rows), col: within(col, -sheet.ring.left, span.cols) };
}

/** Infinite steps end in the plane's own first or last cell, before the ring. */
function moved(cursor: Cell, sheet: Sheet, down: number, right: number): HeatmapCommand {
  const step = (from: number, by: number, size: number) =>
    Number.isFinite(by) ? from + by : by < 0 ? 0 : Math.max(0, size - 1);
  const to = { row: step(cursor.row, down, sheet.rows), col: step(cursor.col, right, sheet.cols) };
  return { kind: "cursor", to: heldCell(to, sheet) };
}
