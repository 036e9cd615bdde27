import type { Rect } from "../../src/tensor/slice";

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
