import type { Listing } from "../trace/listing/listing";

/** The listings that were given out, each under a number of its own: the same text always under the same one. */
export class Listings {
  readonly #known: Listing[] = [];

  /** From 1, as the protocol has it. */
  referenceOf(listing: Listing): number {
    const same = this.#known.findIndex(({ text }) => text === listing.text);
    return same >= 0 ? same + 1 : this.#known.push(listing);
  }

  at(reference = 0): Listing | undefined {
    return this.#known[reference - 1];
  }
}
