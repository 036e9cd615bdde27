import type { Inflate, Unzlib } from "fflate";
import { ConvError } from "../base/errors";

/** Deflate makes at most 1032 bytes of one. */
export const MOST_RATIO = 1032;

/** The caller's error: what is wrong, and the bytes expected and found where they are known. */
export type InflateFault = (what: string, expected?: string, found?: string) => ConvError;

/** Inflates piece by piece and counts what really comes out: never much more than `most` bytes are held, whatever is claimed. */
export class CountedInflate {
  readonly #parts: Uint8Array[] = [];
  readonly #stream: Inflate | Unzlib;
  total = 0;

  constructor(
    Stream: typeof Inflate | typeof Unzlib,
    readonly most: number,
    readonly fault: InflateFault,
  ) {
    this.#stream = new Stream((part) => {
      this.#parts.push(part);
      this.total += part.length;
      if (this.total > most)
        throw fault("inflates to more than it declares", `${most} bytes`, `at least ${this.total} bytes`);
    });
  }

  /** Stops as soon as `wanted` bytes are there, if that is not all: what is left of `bytes` is then not looked at. */
  push(bytes: Uint8Array, last: boolean, wanted = this.most): void {
    let at = 0;
    do {
      // What a piece can become is counted only afterwards, so pieces are small where little more may come.
      const piece = Math.min(2 ** 16, 2 ** 10 + Math.ceil((wanted - this.total) / MOST_RATIO));
      const end = at + piece;
      this.#guard(() => this.#stream.push(bytes.subarray(at, end), last && end >= bytes.length));
      at = end;
    } while (at < bytes.length && (wanted === this.most || this.total < wanted));
  }

  /** All that came out, if it is at least `wanted` bytes. */
  bytes(wanted: number): Uint8Array<ArrayBuffer> {
    if (this.total < wanted)
      throw this.fault("inflates to less than it declares", `${this.most} bytes`, `${this.total} bytes`);
    const whole = new Uint8Array(this.total);
    let filled = 0;
    for (const part of this.#parts) {
      whole.set(part, filled);
      filled += part.length;
    }
    return whole;
  }

  #guard(push: () => void): void {
    try {
      push();
    } catch (error) {
      throw error instanceof ConvError ? error : this.fault("cannot be inflated", undefined, (error as Error).message); // fflate throws Errors
    }
  }
}
