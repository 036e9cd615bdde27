/** Answers kept by key, the least recently used ones let go of. */
export class Kept<A> {
  readonly #most: number;
  readonly #answers = new Map<string, A>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): A | undefined {
    const answer = this.#answers.get(key);
    if (answer !== undefined) {
      this.#answers.delete(key);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  set(key: string, answer: A): void {
    this.#answers.set(key, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most) break;
      this.#answers.delete(oldest);
    }
  }
}

/** Milliseconds from one request to the next: numbers that change faster are not read, but to work out and write them takes time. */
const PERIOD = 60;

/**
 * Asks for what is looked at, at once, but one request at a time and no more than some in a second: of what is wanted meanwhile only the
 * latest is kept, so a fast hand on the scrubber never queues up behind a slow line, and pictures are not kept waiting for words.
 */
export class Latest<A> {
  readonly #kept: Kept<A>;
  readonly #arrived: () => void;
  #asking: string | null = null;
  #next: { readonly key: string; readonly ask: () => Promise<A | null> } | null = null;
  /** Answered with nothing: not asked again. */
  readonly #empty = new Set<string>();

  constructor(most: number, arrived: () => void) {
    this.#kept = new Kept(most);
    this.#arrived = arrived;
  }

  /** The answer, if it is there; otherwise it is asked for, and `arrived` is called when it comes. */
  get(key: string, ask: () => Promise<A | null>): A | undefined {
    const answer = this.#kept.get(key);
    if (answer !== undefined || this.#asking === key || this.#empty.has(key)) return answer;
    this.#next = { key, ask };
    if (this.#asking === null) void this.#run();
    return undefined;
  }

  async #run(): Promise<void> {
    while (this.#next !== null) {
      const { key, ask } = this.#next;
      const rested = new Promise((resolve) => setTimeout(resolve, PERIOD));
      this.#asking = key;
      this.#next = null;
      const answer = await ask();
      if (answer !== null) this.#kept.set(key, answer);
      else this.#empty.add(key);
      this.#arrived();
      await rested;
      this.#asking = null;
    }
  }
}
