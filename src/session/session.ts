import type { Disposable } from "../base/disposable";
import { Emitter } from "../base/events";
import type { Run } from "../conv/run";
import {
  type Position,
  nearest,
  neighbourStage,
  next,
  previous,
  stageStart,
  stepIn,
  stepInBack,
  stepOut,
  stepOutBack,
} from "../trace/navigate";
import type { Depth } from "../trace/stages";
import type { Steps } from "../trace/steps";
import { Trace } from "../trace/trace";

/** Where each move leads, worked out from the position alone. Without breakpoints `continue` runs to the next stage. */
const destinations = {
  toStart: (_, { depth }) => ({ step: 0, depth }),
  toEnd: (steps, { depth }) => ({ step: steps.total - 1, depth }),
  next,
  previous,
  stepIn,
  stepInBack,
  stepOut,
  stepOutBack,
  continue: (steps, { step, depth }) => {
    const stage = neighbourStage(steps, step, "forward");
    return { step: stage === null ? steps.total - 1 : stageStart(steps, stage), depth };
  },
  reverseContinue: (steps, { step, depth }) => {
    const start = stageStart(steps, steps.spanAt(step).stage);
    const stage = step > start ? null : neighbourStage(steps, step, "back");
    return { step: stage === null ? start : stageStart(steps, stage), depth };
  },
} as const satisfies Record<string, (steps: Steps, position: Position) => Position>;

export type SessionMove = keyof typeof destinations;

/**
 * A run and the present place in it: the only mutable state of the whole program. Everything that shows or moves the
 * position does so through here and hears of every move, so no two views can disagree. Begins at the run's end,
 * paused; in a run without steps the position stays at −1.
 */
export class Session implements Disposable {
  readonly trace: Trace;
  readonly #didMove = new Emitter<Position>();
  /** After every change of step or depth, whoever made it. */
  readonly onDidMove = this.#didMove.event;
  #position: Position;

  /** Throws ConvError `too-large` if the run's steps cannot be counted exactly. */
  constructor(run: Run) {
    this.trace = new Trace(run);
    this.#position = { step: this.trace.total - 1, depth: "tap" };
  }

  get step(): number {
    return this.#position.step;
  }

  get depth(): Depth {
    return this.#position.depth;
  }

  /** Throws ConvError `bad-step` if there is no such step; the position stays. */
  seek(step: number): void {
    this.trace.steps.spanAt(step);
    this.#go({ step, depth: this.depth });
  }

  move(move: SessionMove): void {
    if (this.trace.total > 0) this.#go(destinations[move](this.trace.steps, this.#position));
  }

  setDepth(depth: Depth): void {
    this.#go({ step: this.step, depth });
  }

  /** The place that is nearest to another session's: the same stage, the same indices as far as they exist here. */
  seekNear(other: Session): void {
    if (this.trace.total === 0 || other.trace.total === 0) return;
    // At the end of the one means at the end of the other, whatever the sizes.
    const end = other.step === other.trace.total - 1;
    const step = end ? this.trace.total - 1 : nearest(other.trace.steps.place(other.step), this.trace.steps);
    this.#go({ step, depth: other.depth });
  }

  dispose(): void {
    this.#didMove.dispose();
  }

  #go(to: Position): void {
    if (to.step === this.step && to.depth === this.depth) return;
    this.#position = to;
    this.#didMove.fire(to);
  }
}
