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

/** What a heatmap shows of its plane: the (fractional) element at the upper left corner, and CSS pixels per cell. */
export interface PlaneView {
  readonly top: number;
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}
