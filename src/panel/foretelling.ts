import type { Foretold } from "../protocol/messages";

/** Answers that cross with a run: more than a scene asks for. */
const MOST = 32;
/** Milliseconds that the run is kept back for them. */
const BUDGET = 10;

/**
 * What a page has asked for lately. Of the run after an edit it will ask for the same: answers that come with the run are there by
 * one way to the host and back earlier, which while one types is most of the time to the first picture.
 */
export class Foretelling {
  readonly #asked = new Map<string, (run: number) => Foretold>();

  /** `answer`: at once, or null. */
  asked<A extends { readonly run: number }>(request: string, about: A, answer: (about: A) => unknown): void {
    const key = JSON.stringify([request, { ...about, run: 0 }]);
    // The latest is last in a Map's order.
    this.#asked.delete(key);
    this.#asked.set(key, (run) => ({ request, about: { ...about, run }, answer: answer({ ...about, run }) }));
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= MOST) break;
      this.#asked.delete(oldest);
    }
  }

  /** What the page will ask for of `run`, as far as there is time. */
  answers(run: number): Foretold[] {
    const until = performance.now() + BUDGET;
    const foretold: Foretold[] = [];
    for (const again of [...this.#asked.values()].reverse()) {
      if (performance.now() > until) break;
      const known = again(run);
      if (known.answer !== null) foretold.push(known);
    }
    return foretold;
  }

  forget(): void {
    this.#asked.clear();
  }
}
