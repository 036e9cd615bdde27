/** The largest number that the protocol lets stand for something. */
const MOST = 2 ** 31 - 1;

/**
 * Numbers that stand for things across the protocol. None is given out twice, so that one that is out of date is known to be:
 * it never means another thing.
 */
export class References<T> {
  #next = 1;
  readonly #known = new Map<number, T>();

  of(value: T): number {
    if (this.#next > MOST) throw new RangeError("all references are used up");
    this.#known.set(this.#next, value);
    return this.#next++;
  }

  get(reference: number): T | undefined {
    return this.#known.get(reference);
  }

  /** From now on all numbers that were given out are out of date. */
  clear(): void {
    this.#known.clear();
  }
}
