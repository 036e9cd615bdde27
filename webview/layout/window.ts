import { follow } from "./paper";

/** The directions of a product; a matrix alone has m down and k across. */
export type AxisName = "m" | "k" | "n";

/** Cells, and shares of a zoom, that nobody sees. */
const NEAR = 1e-6;

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
  #step = -1;

  first(axis: AxisName): number {
    return this.#firsts.get(axis) ?? 0;
  }

  /**
   * The position may have moved: scrolls along as far as it must, in all directions. A hand that has scrolled away is left alone
   * until it does.
   */
  follow(step: number, alongs: Readonly<Partial<Record<AxisName, Along>>>): void {
    const moved = this.#step !== step;
    this.#step = step;
    for (const axis of ["m", "k", "n"] as const) {
      const along = alongs[axis];
      if (along === undefined) continue;
      const seen = along.visible / this.zoom;
      const first = this.first(axis);
      const next = moved ? follow(first, seen, along.count, along.at) : first;
      this.#firsts.set(axis, Math.max(0, Math.min(along.count - seen, next)));
    }
  }

  /** The user has put these at the upper left; false if that is where they are already. */
  put(
    zoom: number,
    firsts: Partial<Record<AxisName, number>>,
    alongs: Readonly<Partial<Record<AxisName, Along>>>,
  ): boolean {
    const moved = (axis: AxisName) => Math.abs((firsts[axis] ?? this.first(axis)) - this.first(axis)) > NEAR;
    if (Math.abs(zoom / this.zoom - 1) <= NEAR && !(["m", "k", "n"] as const).some(moved)) return false;
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
    return true;
  }
}
