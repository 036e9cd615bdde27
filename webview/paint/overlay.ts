import type { Rect } from "../../src/tensor/slice";
import { type Box, type Camera, type Sheet, boxOf } from "./view";

/**
 * What an outline means. "window" and "row" are what is read or lit up as a whole (accent), "present" the one cell of
 * this step (second accent), "linked" one of many related cells (tinted, thousands are fine), "selected" the chosen cell.
 */
export type OverlayRole = "window" | "row" | "present" | "linked" | "selected" | "other";

/** An outline around cells, in element coordinates. It may reach into the padding ring: rows below 0, beyond the plane. */
export interface Overlay {
  readonly rect: Rect;
  readonly role: OverlayRole;
  /** A few characters beside the outline. */
  readonly label?: string;
}

/** Whether two lists of outlines look the same. */
export function sameOverlays(some: readonly Overlay[], others: readonly Overlay[]): boolean {
  return some.length === others.length && some.every((overlay, i) => sameOverlay(overlay, others[i]));
}

function sameOverlay({ rect: a, role, label }: Overlay, { rect: b, ...other }: Overlay): boolean {
  const sameRect = a.top === b.top && a.left === b.left && a.bottom === b.bottom && a.right === b.right;
  return sameRect && role === other.role && label === other.label;
}

/** No outline is drawn smaller than this many CSS pixels, however small its cells are. */
const LEAST = { linked: 3, other: 7, row: 4, window: 9, selected: 9, present: 7 } as const satisfies Record<
  OverlayRole,
  number
>;

/**
 * Where an outline goes: the CSS pixels of its cells on whole device pixels, grown about its middle to a size that can
 * be seen. null if no part of it is in the box.
 */
export function outlineOf(overlay: Overlay, camera: Camera, sheet: Sheet, box: Box): Rect | null {
  const cells = boxOf(camera, sheet, overlay.rect);
  const least = LEAST[overlay.role];
  const [left, right] = grown(cells.left, cells.right, least, box.density);
  const [top, bottom] = grown(cells.top, cells.bottom, least, box.density);
  if (right < 0 || bottom < 0 || left > box.width || top > box.height) return null;
  return { left, right, top, bottom };
}

function grown(start: number, end: number, least: number, density: number): [number, number] {
  const more = Math.max(0, least - (end - start)) / 2;
  const snap = (value: number) => Math.round(value * density) / density;
  return [snap(start - more), snap(end + more)];
}
