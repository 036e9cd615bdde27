import type { Searching } from "../protocol/messages";
import type { Progress } from "../session/session";

/** Milliseconds before a search is said to take long, and between two messages about it. */
const PATIENCE = 300;
const PERIOD = 100;

/** Says how far a search has come, and how fast: nothing of a short one, and not every few milliseconds of a long one. */
export class Pace {
  readonly #say: (searching: Searching | null) => void;
  #began: { readonly at: number; readonly from: number } | null = null;
  #lastAt = 0;
  #said: Searching | null = null;

  constructor(say: (searching: Searching | null) => void) {
    this.#say = say;
  }

  /** What was said last, as long as it holds. */
  get said(): Searching | null {
    return this.#said;
  }

  heard(progress: Progress | null): void {
    if (progress === null) {
      this.#began = null;
      if (this.#said !== null) this.#say((this.#said = null));
      return;
    }
    const now = performance.now();
    if (this.#began?.from !== progress.from) this.#began = { at: now, from: progress.from };
    const seconds = (now - this.#began.at) / 1000;
    if (seconds * 1000 < PATIENCE || now - this.#lastAt < PERIOD) return;
    this.#lastAt = now;
    this.#say((this.#said = { ...progress, rate: Math.abs(progress.step - progress.from) / seconds }));
  }
}
