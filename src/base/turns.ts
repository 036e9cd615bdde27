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
