import { ConvError } from "../base/errors";
import { Turns } from "../base/turns";

/** Who waits for a diagnosis. */
export interface Watcher {
  readonly signal?: AbortSignal;
  /** So many of so many parts of what is being done now are done. `of` grows where the first findings call for more. */
  readonly onProgress?: (done: number, of: number, what: string) => void;
}

/** Long work in short turns, which the one who waits for it may call off. */
export class Pace {
  readonly #watcher: Watcher;
  readonly #turns = new Turns();

  constructor(watcher: Watcher = {}) {
    this.#watcher = watcher;
  }

  get signal(): AbortSignal | undefined {
    return this.#watcher.signal;
  }

  tell(done: number, of: number, what: string): void {
    this.#watcher.onProgress?.(done, of, what);
  }

  /** Others have had a turn if this one is over. Throws ConvError `cancelled`. */
  async rest(): Promise<void> {
    if (this.#turns.over) await this.#turns.next();
    if (this.#watcher.signal?.aborted === true) throw new ConvError({ code: "cancelled", what: "this was cancelled" });
  }

  /** 0 … count in stretches [from, to), with rests between them. */
  async *stretches(count: number, length = 4096): AsyncGenerator<readonly [number, number]> {
    for (let from = 0; from < count; from += length) {
      await this.rest();
      yield [from, Math.min(count, from + length)];
    }
  }

  /** Whether all of `data` are so. */
  async every(data: ArrayLike<number>, accept: (value: number, i: number) => boolean): Promise<boolean> {
    for await (const [from, to] of this.stretches(data.length))
      for (let i = from; i < to; i++) if (!accept(data[i], i)) return false;
    return true;
  }
}
