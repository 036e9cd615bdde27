/** How long one thing may be done without letting others have a turn: a twentieth of what may pass until a cancelled run is left. */
const TURN_MS = 5;

/** Shares out the host's time: whoever has more to do than fits in a turn looks now and then whether it is over. */
export class Turns {
  #until = performance.now() + TURN_MS;

  get over(): boolean {
    return performance.now() > this.#until;
  }

  /** Resolves when everybody else has had a turn. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#until = performance.now() + TURN_MS;
  }
}

/** What is worth so many milliseconds of work, rests left out, if nobody has asked for it. */
const PATIENCE_MS = 300;

/**
 * Does something that is only worth while if it is done soon, from yield to yield. `rest` is awaited between them, and says whether to go
 * on. null: it was not, or it took too long.
 */
export async function doneSoon<T>(work: Generator<undefined, T>, rest: () => Promise<boolean>): Promise<T | null> {
  for (let spent = 0; spent < PATIENCE_MS;) {
    if (!(await rest())) return null;
    const began = performance.now();
    const { done, value } = work.next();
    if (done) return value;
    spent += performance.now() - began;
  }
  return null;
}
