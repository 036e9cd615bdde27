import type { Depth } from "../src/trace/order/stages";

/** Milliseconds from one unit to the next: quick enough to watch, slow enough to follow. */
const pace: Readonly<Record<Depth, number>> = { stage: 1200, cell: 120, tap: 160 };

/** Moves again and again, each time when the move before has been made. */
export class Player {
  readonly #move: () => Promise<void>;
  readonly #depth: () => Depth;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #playing = false;

  constructor(move: () => Promise<void>, depth: () => Depth) {
    this.#move = move;
    this.#depth = depth;
  }

  start(): void {
    this.stop();
    this.#playing = true;
    this.#wait();
  }

  stop(): void {
    this.#playing = false;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#turn(), pace[this.#depth()]);
  }

  async #turn(): Promise<void> {
    await this.#move();
    // It may have been stopped while the move was under way.
    if (this.#playing) this.#wait();
  }
}
