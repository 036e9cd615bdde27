import { messageOf } from "../base/errors";
import { Turns } from "../base/turns";
import type { Trace } from "../trace/trace";

/** Awaited again and again by what is slow, so that others have their turn; false: nobody wants it any more. */
export type Rest = () => Promise<boolean>;

/** What is slow about a run, one thing after the other; each rests again and again, so that answers are not kept waiting. */
export class Background {
  readonly #isWanted: (trace: Trace) => boolean;
  readonly #log: (line: string) => void;
  #working: Promise<void> = Promise.resolve();

  constructor(isWanted: (trace: Trace) => boolean, log: (line: string) => void) {
    this.#isWanted = isWanted;
    this.#log = log;
  }

  /** When what was begun before is done, if the run is still wanted then. */
  begin(trace: Trace, what: string, work: (rest: Rest) => Promise<unknown>): void {
    const turns = new Turns();
    const rest = async () => {
      if (turns.over) await turns.next();
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
