/** Milliseconds that a choice stays: what changes faster is not seen, only paid for. */
const REST = 80;

/** Something that follows at once, but not again and again while a hand moves fast: then now and then, and when the hand rests. */
export class Paced<T> {
  readonly #follow: () => void;
  #last: { readonly subject: string; readonly key: string; readonly since: number; readonly value: T } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `follow` is called when it is time to ask again. */
  constructor(follow: () => void) {
    this.#follow = follow;
  }

  /** `value`, or for a while yet the one before. `key` tells those apart that look different; another subject is followed at once. */
  of(subject: string, key: string, value: T): T {
    clearTimeout(this.#timer);
    const now = performance.now();
    const last = this.#last;
    const same = last?.subject === subject && last.key === key;
    const wait = last?.subject === subject && !same ? last.since + REST - now : 0;
    if (last !== null && wait > 0) {
      this.#timer = setTimeout(this.#follow, Math.ceil(wait));
      return last.value;
    }
    this.#last = { subject, key, value, since: same ? last.since : now };
    return value;
  }
}
