import type { Foretold } from "../protocol/messages";

/** Answers that cross with a run: more than a scene asks for. */
const MOST = 32;
/** Milliseconds that the run is kept back for them. */
const BUDGET = 10;

/** Of a picture or a tensor, tiles stand beside each other. What else is asked of it, at another step or level, is asked instead. */
interface About {
  readonly run: number;
  readonly picture?: unknown;
  readonly tensor?: unknown;
  readonly rect?: unknown;
}

interface Asked {
  readonly of: string;
  readonly how: string;
  readonly again: (run: number) => Foretold;
}

/**
 * What a page has asked for lately. Of the run after an edit it will ask for the same: answers that come with the run are there by
 * one way to the host and back earlier, which while one types is most of the time to the first picture.
 */
export class Foretelling {
  readonly #asked = new Map<string, Asked>();

  /** `answer`: at once, or null. */
  asked<A extends About>(request: string, about: A, answer: (about: A) => unknown): void {
    const { picture, tensor, rect } = about;
    const of = JSON.stringify([request, picture, tensor]);
    const how = JSON.stringify({ ...about, run: 0, picture: 0, tensor: 0, rect: 0 });
    const key = `${of} ${how} ${JSON.stringify(rect)}`;
    for (const [old, other] of this.#asked)
      if (old === key || (other.of === of && other.how !== how)) this.#asked.delete(old);
    // The latest is last in a Map's order.
    const again = (run: number) => ({ request, about: { ...about, run }, answer: answer({ ...about, run }) });
    this.#asked.set(key, { of, how, again });
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= MOST) break;
      this.#asked.delete(oldest);
    }
  }

  /** What the page will ask for of `run`, as far as there is time. */
  answers(run: number): Foretold[] {
    const until = performance.now() + BUDGET;
    const foretold: Foretold[] = [];
    for (const { again } of [...this.#asked.values()].reverse()) {
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
