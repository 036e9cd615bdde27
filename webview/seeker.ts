import type { HostSide } from "../src/protocol/messages";
import type { Client } from "./client";
import type { Store } from "./store";

/**
 * Takes the page to a step at once, and the session after it: one request at a time, of those that come meanwhile only the
 * latest. What the host says of its position is not heard until it has caught up, so a thumb under the mouse never jumps back.
 */
export class Seeker {
  readonly #client: Client<HostSide>;
  readonly #store: Store;
  #next: number | null = null;
  #asking = false;

  constructor(client: Client<HostSide>, store: Store) {
    this.#client = client;
    this.#store = store;
  }

  seek(step: number): void {
    const { steps } = this.#store.state;
    if (steps === null || steps.total === 0) return;
    const held = Math.max(0, Math.min(steps.total - 1, step));
    this.#store.update({ step: held });
    this.#next = held;
    if (!this.#asking) void this.#run();
  }

  /** The host says where it is. */
  heard(step: number): void {
    if (!this.#asking) this.#store.update({ step });
  }

  async #run(): Promise<void> {
    this.#asking = true;
    let reached: number | null = null;
    while (this.#next !== null) {
      const { run } = this.#store.state;
      const step: number = this.#next;
      this.#next = null;
      reached = run === null ? null : await this.#client.ask("seek", { run: run.id, step });
    }
    this.#asking = false;
    if (reached !== null && reached >= 0) this.#store.update({ step: reached });
  }
}
