import type { Work } from "./debuggee";
import type { Send } from "./messages";
import { Progress } from "./progress";

/** Work under way, and the means to end it. */
export interface Doing extends Work {
  readonly cancel: () => void;
  /** It is done, however it went. */
  readonly end: () => void;
}

/** The work of one client: each has a name by which the client can cancel it. */
export class Works {
  readonly #send: Send;
  readonly #open = new Map<string, Doing>();
  #count = 0;

  /** `send`: to tell of progress, if the client wants to know. */
  constructor(send: Send) {
    this.#send = send;
  }

  begin(title: string, signal?: AbortSignal): Doing {
    const abort = new AbortController();
    const cancel = () => abort.abort();
    signal?.addEventListener("abort", cancel, { once: true });
    const id = `conv ${++this.#count}`;
    const progress = new Progress(this.#send, id, title);
    const doing: Doing = {
      signal: abort.signal,
      cancel,
      onProgress: (fraction) => progress.update(fraction),
      end: () => {
        signal?.removeEventListener("abort", cancel);
        progress.end();
        this.#open.delete(id);
      },
    };
    this.#open.set(id, doing);
    return doing;
  }

  /** What is over already cannot be cancelled, and needs not be. */
  cancel(id: string): void {
    this.#open.get(id)?.cancel();
  }
}
