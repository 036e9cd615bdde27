import { messageOf } from "../base/errors";
import { Turns } from "../base/turns";
import type { Trace } from "../trace/moment/trace";

/** Awaited again and again by what is slow, so that others have their turn; false: nobody wants it any more. */
export type Rest = () => Promise<boolean>;

/** Milliseconds without a request until slow work goes on: longer than a page takes from one to the next while it is being drawn. */
const QUIET = 100;
/** The same after a run was put in view: until a page that has never drawn such a scene has taken its first picture in. */
const FIRST_QUIET = 400;

/**
 * What is slow about a run, one thing after the other. Each rests again and again, and for as long as requests come: the first picture
 * of a run and a hand on the scrubber are not kept waiting for what nobody looks at yet.
 */
export class Background {
  readonly #isWanted: (trace: Trace) => boolean;
  readonly #log: (line: string) => void;
  #working: Promise<void> = Promise.resolve();
  #until = -Infinity;

  constructor(isWanted: (trace: Trace) => boolean, log: (line: string) => void) {
    this.#isWanted = isWanted;
    this.#log = log;
  }

  /** Somebody waits for an answer, or for the first picture. */
  giveWay(what: "answer" | "first picture"): void {
    this.#until = Math.max(this.#until, performance.now() + (what === "answer" ? QUIET : FIRST_QUIET));
  }

  /** Milliseconds that slow work has to wait yet. */
  get #wait(): number {
    return this.#until - performance.now();
  }

  /** When what was begun before is done, if the run is still wanted then. */
  begin(trace: Trace, what: string, work: (rest: Rest) => Promise<unknown>): void {
    const turns = new Turns();
    const rest = async () => {
      if (turns.over) await turns.next();
      for (let wait = this.#wait; wait > 0 && this.#isWanted(trace); wait = this.#wait)
        await new Promise((resolve) => setTimeout(resolve, wait));
      return this.#isWanted(trace);
    };
    this.#working = this.#working
      .then(async () => {
        await turns.next(); // what was asked for before comes first
        if (await rest()) await work(rest);
      })
      .catch((error: unknown) => this.#log(`${what}: ${messageOf(error)}`));
  }
}
