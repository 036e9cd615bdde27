import { xShape } from "../conv/geometry";
import { usesOf } from "../conv/receptive";
import { offsetOf } from "../tensor/tensor";
import type { Steps } from "./steps";
import { scatterStep } from "./written";

/** Cells of dx whose sums are remembered: enough for all that the windows of a few lines reach. */
const MOST_CELLS = 2 ** 15;

/** One cell of dx: the steps that add to it, in order, and the sums after the first of them, as far as they were needed. */
interface CellSums {
  readonly steps: readonly number[];
  readonly sums: number[];
}

/** The partial sums of dx: each cell starts at +0 and takes the elements of dcol that fall on it, in order, rounded each time. */
export class ScatterSums {
  readonly #steps: Steps;
  readonly #dcol: (row: number, tap: number) => number;
  readonly #round: (value: number) => number;
  readonly #cells = new Map<number, CellSums>();

  constructor(steps: Steps, dcol: (row: number, tap: number) => number, round: (value: number) => number) {
    this.#steps = steps;
    this.#dcol = dcol;
    this.#round = round;
  }

  /** dx at `index` as of after `step`; +0 before its first term. */
  after(index: readonly number[], step: number): number {
    const { steps, sums } = this.#cell(index);
    let terms = 0;
    while (terms < steps.length && steps[terms] <= step) terms++;
    while (sums.length < terms) {
      const column = steps[sums.length] - this.#steps.spans.col2im.start;
      const { taps } = this.#steps.geometry;
      const value = this.#dcol(Math.floor(column / taps), column % taps);
      sums.push(this.#round((sums[sums.length - 1] ?? 0) + value));
    }
    return terms === 0 ? 0 : sums[terms - 1];
  }

  #cell(index: readonly number[]): CellSums {
    const g = this.#steps.geometry;
    const offset = offsetOf(xShape(g), index);
    let cell = this.#cells.get(offset);
    if (cell === undefined) {
      const uses = usesOf(g, index[2], index[3]);
      const steps = uses.map(({ oy, ox, ky, kx }) =>
        scatterStep(this.#steps, index, { o: oy, k: ky }, { o: ox, k: kx }),
      );
      cell = { steps, sums: [] };
      if (this.#cells.size >= MOST_CELLS) this.#cells.clear();
      this.#cells.set(offset, cell);
    }
    return cell;
  }
}
