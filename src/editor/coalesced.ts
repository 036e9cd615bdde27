/** Work that is never done twice at once: whoever asks while it is under way has it done once more afterwards, however often. */
export class Coalesced {
  #busy = false;
  #again = false;
  readonly #work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  async ask(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#work();
      }
    } finally {
      this.#busy = false;
    }
  }
}
