import { follow } from "./paper";

/** The directions of a product; a matrix alone has m down and k across. */
export type AxisName = "m" | "k" | "n";

/** A direction: cells in all, the present one, and how many are visible without zoom. */
export interface Along {
  readonly count: number;
  readonly at: number;
  readonly visible: number;
}

/**
 * Which part of some matrices that lie side by side is visible: one first cell for each direction that they share, and one
 * zoom for all. It follows the present cell, and the user's hand, until the present cell leaves what the hand has chosen.
 */
export class Window {
  zoom = 1;
  #firsts = new Map<AxisName, number>();
  #last = new Map<AxisName, number>();

  first(axis: AxisName): number {
    return this.#firsts.get(axis) ?? 0;
  }

  /** The present cell may have moved: scrolls along as far as it must. */
  follow(axis: AxisName, { count, at, visible }: Along): void {
    const seen = visible / this.zoom;
    // A hand that has scrolled away is left alone until the position moves.
    const moved = this.#last.get(axis) !== at;
    this.#last.set(axis, at);
    const first = this.first(axis);
    const next = moved ? follow(first, seen, count, at) : first;
    this.#firsts.set(axis, Math.max(0, Math.min(count - seen, next)));
  }

  /** The user has put these at the upper left. */
  put(
    zoom: number,
    firsts: Partial<Record<AxisName, number>>,
    alongs: Readonly<Partial<Record<AxisName, Along>>>,
  ): void {
    for (const axis of ["m", "k", "n"] as const) {
      const given = firsts[axis];
      const along = alongs[axis];
      if (given !== undefined) this.#firsts.set(axis, given);
      else if (along !== undefined) {
        // The direction that the user's picture does not have keeps its middle.
        const middle = this.first(axis) + along.visible / this.zoom / 2;
        this.#firsts.set(
          axis,
          Math.max(0, Math.min(along.count - along.visible / zoom, middle - along.visible / zoom / 2)),
        );
      }
    }
    this.zoom = zoom;
  }
}
