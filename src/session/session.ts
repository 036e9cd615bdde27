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
  type Direction,
} from "../trace/order/navigate";
import type { Depth, Stage } from "../trace/order/stages";
import type { Steps } from "../trace/order/steps";
import { Trace } from "../trace/moment/trace";
import { Breakpoints } from "./breakpoints";
import { type ResumeOptions, type Stop, runToStop } from "./resume";

/** Where each move leads, worked out from the position alone. `continue` runs to the next stage: to stop at breakpoints, `resume`. */
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

/** How far `resume` has come on its way from a step. */
export interface Progress {
  readonly direction: Direction;
  readonly from: number;
  readonly step: number;
}

/**
 * A run and the present place in it: the only mutable state of the whole program. Everything that shows or moves the
 * position does so through here and hears of every move, so no two views can disagree. Begins at the run's end,
 * paused; in a run without steps the position stays at −1.
 */
export class Session implements Disposable {
  readonly #didMove = new Emitter<Position>();
  readonly #didChangeRun = new Emitter<Run>();
  /** After every change of step or depth, whoever made it. */
  readonly onDidMove = this.#didMove.event;
  readonly #didProgress = new Emitter<Progress | null>();
  /** Every few milliseconds while `resume` is at work, whoever asked for it; null when it has come to its end. */
  readonly onDidProgress = this.#didProgress.event;
  /** After `setRun`. The place is the new one already; `onDidMove` follows if it differs from the old one. */
  readonly onDidChangeRun = this.#didChangeRun.event;
  /** Where `resume` stops. They stay when the run is replaced, and are then checked against the new one. */
  readonly breakpoints: Breakpoints;
  #trace: Trace;
  #position: Position;
  #resuming: AbortController | null = null;

  /** Throws ConvError `too-large` if the run's steps cannot be counted exactly. */
  constructor(run: Run) {
    this.#trace = new Trace(run);
    this.#position = { step: this.#trace.total - 1, depth: "tap" };
    this.breakpoints = new Breakpoints(this.#trace);
  }

  get trace(): Trace {
    return this.#trace;
  }

  get position(): Position {
    return this.#position;
  }

  get step(): number {
    return this.#position.step;
  }

  get depth(): Depth {
    return this.#position.depth;
  }

  /** Throws ConvError `bad-step` if there is no such step; the position stays. */
  seek(step: number): void {
    this.#trace.steps.spanAt(step);
    this.#go({ step, depth: this.depth });
  }

  /** To the first step of a stage. */
  toStage(stage: Stage): void {
    this.#go({ step: stageStart(this.#trace.steps, stage), depth: this.depth });
  }

  move(move: SessionMove): void {
    if (this.#trace.total > 0) this.#go(destinations[move](this.#trace.steps, this.#position));
  }

  setDepth(depth: Depth): void {
    this.#go({ step: this.step, depth });
  }

  /**
   * Runs to the next step in a direction, the present one left out, at which a breakpoint or a filter stops; without one to the end
   * of the run, or its start. Moves once, when that is known. Ends early, as `paused`, where it has come to when `signal` says so,
   * and where it is when somebody else moves meanwhile. Breakpoints that change count from then on.
   */
  async resume(direction: Direction, options: ResumeOptions = {}): Promise<Stop> {
    this.#resuming?.abort();
    const mine = (this.#resuming = new AbortController());
    const signal = options.signal === undefined ? mine.signal : AbortSignal.any([mine.signal, options.signal]);
    const from = options.from ?? this.step;
    const onProgress = (step: number) => {
      options.onProgress?.(step);
      if (this.#resuming === mine) this.#didProgress.fire({ direction, from, step });
    };
    try {
      const stop = await runToStop(this.#trace, this.breakpoints, from, direction, { ...options, signal, onProgress });
      if (mine.signal.aborted) return { reason: "paused", step: this.step, hits: [] };
      this.#stay();
      this.#go({ step: stop.step, depth: this.depth });
      return stop;
    } finally {
      if (this.#resuming === mine) this.#stay();
    }
  }

  /** Whoever is running gives up; the position stays. */
  interrupt(): void {
    this.#stay();
  }

  /** Goes on with another run of the layer, at the nearest place. Throws ConvError `too-large`: the present run stays then. */
  setRun(run: Run): void {
    const trace = new Trace(run);
    const { step, depth } = this.#position;
    const position = { step: nearestStep(this.#trace.steps, step, trace.steps), depth };
    this.#stay();
    this.#trace = trace;
    this.#position = position;
    this.breakpoints.trace = trace;
    this.#didChangeRun.fire(run);
    // A listener may have moved on, and said so.
    if (position.step !== step && this.#position === position) this.#didMove.fire(position);
  }

  dispose(): void {
    this.#stay();
    this.breakpoints.dispose();
    this.#didMove.dispose();
    this.#didProgress.dispose();
    this.#didChangeRun.dispose();
  }

  #go(to: Position): void {
    if (to.step === this.step && to.depth === this.depth) return;
    if (to.step !== this.step) this.#stay();
    this.#position = to;
    this.#didMove.fire(to);
  }

  #stay(): void {
    if (this.#resuming === null) return;
    this.#resuming.abort();
    this.#resuming = null;
    this.#didProgress.fire(null);
  }
}

/** At the end of the one run means at the end of the other, whatever the sizes. */
function nearestStep(from: Steps, step: number, to: Steps): number {
  return step === from.total - 1 ? to.total - 1 : nearest(from.place(step), to);
}
