import type { Send } from "./messages";

/** Milliseconds before something is said to take long, and between two messages about it. */
const PATIENCE = 400;
const PERIOD = 200;

/** Tells a client that wants to know about work that takes long: a title, per cent, and a way to cancel. */
export class Progress {
  readonly id: string;
  readonly #send: Send;
  readonly #title: string;
  readonly #began = Date.now();
  #state: "quiet" | "told" | "over" = "quiet";
  #said = 0;

  constructor(send: Send, id: string, title: string) {
    this.#send = send;
    this.id = id;
    this.#title = title;
  }

  /** 0 … 1. */
  update(fraction: number): void {
    const now = Date.now();
    if (this.#state === "over" || now - this.#began < PATIENCE || now - this.#said < PERIOD) return;
    this.#said = now;
    const percentage = Math.round(Math.max(0, Math.min(1, fraction)) * 100);
    if (this.#state === "told") {
      this.#send("progressUpdate", { progressId: this.id, percentage });
      return;
    }
    this.#state = "told";
    this.#send("progressStart", { progressId: this.id, title: this.#title, cancellable: true, percentage });
  }

  end(): void {
    if (this.#state === "told") this.#send("progressEnd", { progressId: this.id });
    this.#state = "over";
  }
}
