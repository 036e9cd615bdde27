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

/**
 * Asks for what is looked at, one request at a time: while one is under way, only the latest of the others is kept, so a
 * fast hand on the scrubber never queues up behind a slow line.
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
      this.#asking = key;
      this.#next = null;
      const answer = await ask();
      this.#asking = null;
      if (answer !== null) this.#kept.set(key, answer);
      else this.#empty.add(key);
      this.#arrived();
    }
  }
}
