import { colReader, rowOf, tapOf } from "../../conv/columns";
import type { Geometry } from "../../conv/geometry";
import { usesOf } from "../../conv/receptive";
import type { Run, TensorName } from "../../conv/run";
import { offsetOf } from "../../tensor/tensor";
import { type Element, cellOf, checkIndex, shapeOf, touchOf } from "../order/elements";
import { FactorSource, absolute } from "../replay/factors";
import { Gradients } from "../replay/gradients";
import { Patience } from "../replay/patience";
import { Adder, PartialSums, isLong } from "../replay/replay";
import { ScatterSums } from "../replay/scatter";
import { isSumStage, type SumStage, writerOf } from "../order/stages";
import { type Place, Steps } from "../order/steps";
import { type Written, writtenAt } from "../order/written";

/** An element with what it holds: a number, or null while nothing is written there. */
export interface Access extends Element {
  readonly value: number | null;
}

/** Everything about one moment: the run as of after step `step`. */
export interface Moment extends Place {
  readonly total: number;
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  /** The sum so far, before the bias; of dx's cell in col2im. null where nothing is added: im2col, dropped gradients. */
  readonly partialSum: number | null;
}

/** An element as of a step. `partial`: some of its terms are in. */
export interface Valued {
  readonly state: "unwritten" | "partial" | "final";
  readonly value: number | null;
}

/** Long sums that are remembered; each takes a byte for a thousand terms. */
const MOST_LONG = 1024;

const unwritten: Valued = { state: "unwritten", value: null };

/**
 * A run in time. Nothing is recorded: each moment is worked out from the run's tensors, in O(1), or O(K) for a partial
 * sum, whichever step it is. Finished values of out, dW, db and dx are read from the run; partial sums, and dcol, which
 * is not held in memory, are replayed by the run's own arithmetic.
 */
export class Trace {
  readonly run: Run;
  readonly geometry: Geometry;
  readonly steps: Steps;
  /** How much of long sums may be replayed in one go. */
  readonly patience = new Patience();
  readonly #adder: Adder;
  readonly #factors: FactorSource;
  /** col[row, tap]: not held in memory, looked up in x. */
  readonly colValue: (row: number, tap: number) => number;
  readonly #gradients: Gradients;
  readonly #scatter: ScatterSums;
  /** The sum that was asked for last, which is most often the next one too. */
  #recent: { readonly stage: SumStage; readonly cell: number; readonly sums: PartialSums } | null = null;
  /** Long sums that were asked for, the last one last: to begin one of them again takes a while. */
  readonly #long = new Map<string, PartialSums>();

  /** Throws ConvError `too-large` if the steps cannot be counted exactly. */
  constructor(run: Run) {
    this.run = run;
    this.geometry = run.geometry;
    this.steps = new Steps(run.geometry);
    this.colValue = colReader(run.geometry, run.tensors.x.data);
    this.#adder = new Adder(run.arithmetic, this.patience);
    this.#factors = new FactorSource(run);
    this.#gradients = new Gradients(run.geometry, run.tensors, run.arithmetic, (row, tap) => {
      const factors = this.#factors.of("dcol", row * run.geometry.taps + tap);
      return new PartialSums(factors, this.#adder).after(factors.count);
    });
    this.#scatter = new ScatterSums(this.steps, this.#gradients, run.arithmetic.dtype);
  }

  get total(): number {
    return this.steps.total;
  }

  /** Throws ConvError `bad-step`. */
  at(step: number): Moment {
    const place = this.steps.place(step);
    const { reads, writes } = touchOf(this.geometry, place);
    const access = (element: Element): Access => ({ ...element, value: this.read(element, step).value });
    const written = writes.map(access);
    return {
      ...place,
      total: this.total,
      reads: reads.map(access),
      writes: written,
      partialSum: isSumStage(place.stage)
        ? this.sumsOf(place.stage, place.cell).after(place.k + 1)
        : place.stage === "col2im" && written.length > 0
          ? written[0].value
          : null,
    };
  }

  /** The steps that write an element; null if it is given before the run. Throws ConvError `bad-value`. */
  writtenAt(tensor: TensorName, index: readonly number[]): Written | null {
    checkIndex(this.geometry, tensor, index);
    return writtenAt(this.steps, tensor, index);
  }

  /** An element as of after `step`; −1 is before the first. Throws ConvError `bad-value` if there is no such element. */
  valueAt(tensor: TensorName, index: readonly number[], step: number): Valued {
    checkIndex(this.geometry, tensor, index);
    return this.read({ tensor, index }, step);
  }

  /** `valueAt` of an element that exists, or of a cell of zero padding around x, which holds 0. */
  read({ tensor, index }: Element, step: number): Valued {
    const stage = writerOf[tensor];
    const written = writtenAt(this.steps, tensor, index);
    if (stage === null || written === null) return { state: "final", value: this.#given(tensor, index) };
    // What no step writes is the zero of an empty sum: there when its stage begins, in an empty run at once.
    const begins = Math.min(this.steps.spans[stage].start, this.total - 1);
    const { first, last } = written.count > 0 ? written : { first: begins, last: begins };
    if (step < first) return unwritten;
    if (step >= last) return { state: "final", value: this.finalValue(tensor, index) };
    const value = isSumStage(stage)
      ? this.sumsOf(stage, cellOf(this.geometry, tensor, index)).after(step - first + 1)
      : this.scattered(index, step);
    return { state: "partial", value };
  }

  /** An element after the whole run. Not checked. */
  finalValue(tensor: TensorName, index: readonly number[]): number {
    if (tensor === "col") return this.colValue(index[0], index[1]);
    if (tensor === "dcol") return this.dcolValue(index[0], index[1]);
    return this.run.tensors[tensor]!.data[offsetOf(shapeOf(this.geometry, tensor), index)]; // checkIndex: b is there
  }

  /** What a cell of a summing stage holds in the end. */
  cellValue(stage: SumStage, cell: number): number {
    const { tensors } = this.run;
    const { taps, filters, y, x } = this.geometry;
    switch (stage) {
      case "dcol":
        return this.dcolValue(Math.floor(cell / taps), cell % taps);
      case "db":
      case "dW":
        return tensors[stage].data[cell];
      case "gemm": {
        const plane = y.out * x.out;
        const row = Math.floor(cell / filters);
        return tensors.out.data[(Math.floor(row / plane) * filters + (cell % filters)) * plane + (row % plane)];
      }
    }
  }

  /** dcol[row, tap]: not held in memory, replayed. O(filters of the group). */
  dcolValue(row: number, tap: number): number {
    return this.#gradients.at(row, tap);
  }

  /** The partial sums of one cell of a summing stage. */
  sumsOf(stage: SumStage, cell: number): PartialSums {
    if (this.#recent?.stage !== stage || this.#recent.cell !== cell)
      this.#recent = { stage, cell, sums: this.#sumsOf(stage, cell) };
    return this.#recent.sums;
  }

  #sumsOf(stage: SumStage, cell: number, signs: "signed" | "absolute" = "signed"): PartialSums {
    const made = (): PartialSums => {
      const factors = this.#factors.of(stage, cell);
      return new PartialSums(signs === "signed" ? factors : absolute(factors), this.#adder);
    };
    if (!isLong(this.steps.spans[stage].cellSteps)) return made();
    const key = `${signs} ${stage} ${cell}`;
    const sums = this.#long.get(key) ?? made();
    this.#long.delete(key);
    this.#long.set(key, sums);
    if (this.#long.size > MOST_LONG) this.#long.delete(this.#long.keys().next().value!); // there are some
    return sums;
  }

  /** The sum that a cell of dx has after `step`: replayed, +0 before its first term. */
  scattered(index: readonly number[], step: number): number {
    return this.#scatter.after(index, step);
  }

  /**
   * What an element of a result comes to where all that it is made of is taken by its size, in the same arithmetic: what the rounding
   * in it is measured by. O(K).
   */
  magnitude(tensor: "out" | "dW" | "db" | "dx", index: readonly number[]): number {
    const { geometry: g } = this;
    const { round } = this.#adder;
    if (tensor === "dx")
      return usesOf(g, index[2], index[3]).reduce((sum, { oy, ox, ky, kx }) => {
        const row = rowOf(g, { n: index[0], oy, ox });
        return round(sum + this.#magnitude("dcol", row * g.taps + tapOf(g, { c: index[1], ky, kx })));
      }, 0);
    const sum = this.#magnitude(writerOf[tensor], cellOf(g, tensor, index));
    const bias = tensor === "out" ? this.run.tensors.b?.data[index[1]] : undefined;
    return bias === undefined ? sum : round(sum + Math.abs(bias));
  }

  #magnitude(stage: SumStage, cell: number): number {
    const sums = this.#sumsOf(stage, cell, "absolute");
    return sums.after(sums.count);
  }

  /** An element of x, W, b or dout; zero padding lies outside x. */
  #given(tensor: TensorName, index: readonly number[]): number {
    const shape = shapeOf(this.geometry, tensor);
    return index.every((i, axis) => i >= 0 && i < shape[axis]) ? this.finalValue(tensor, index) : 0;
  }
}
