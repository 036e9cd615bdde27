import { Turns } from "../../base/turns";

/** Thrown where work has taken as much as it may in one go. What it found out is kept: to begin again is to go on. */
class Unfinished extends Error {}

/** Products that take a few milliseconds. */
export const TURN_PRODUCTS = 2 ** 20;

/** How much of a run's sums may be replayed in one go: as much as it takes, but for work that is attempted. */
export class Patience {
  #left = Infinity;

  /** Told before so many products are taken. Whoever calls it keeps what it has done so far. */
  spend(products: number): void {
    this.#left -= products;
    if (this.#left < 0) throw new Unfinished();
  }

  /** Does `work`, unless it takes more than so many products: then null. */
  attempt<T>(products: number, work: () => T): { readonly value: T } | null {
    const before = this.#left;
    this.#left = products;
    try {
      return { value: work() };
    } catch (error) {
      if (error instanceof Unfinished) return null;
      throw error;
    } finally {
      this.#left = before;
    }
  }

  /** Does `work`, and rests in between if it takes long; `rest` says whether to go on. null if not. */
  async inTurns<T>(rest: () => Promise<boolean>, work: () => T): Promise<T | null> {
    do {
      const done = this.attempt(TURN_PRODUCTS, work);
      if (done !== null) return done.value;
    } while (await rest());
    return null;
  }

  /** Does `work`: at once, or, if it takes long, in turns, for as long as it is wanted. */
  soon<T>(work: () => T, isWanted: () => boolean): T | Promise<T | null> {
    const done = this.attempt(TURN_PRODUCTS, work);
    if (done !== null) return done.value;
    const turns = new Turns();
    return this.inTurns(async () => {
      await turns.next();
      return isWanted();
    }, work);
  }
}
