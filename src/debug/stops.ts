import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Stop } from "../session/resume";
import type { Frame } from "../trace/order/navigate";
import type { Container } from "./container";
import type { StoppedLine } from "./frames";
import type { Target } from "./goto";
import type { Send } from "./messages";
import { References } from "./references";

/** The run is one thread of control. */
export const THREAD = 1;
/** Milliseconds in which moves that others make are told as one. */
const GATHERED = 50;

/** How a client hears that the program has stopped, and what it holds of the moment until it moves again. */
export class Stops {
  readonly containers = new References<Container>();
  readonly frames = new References<Frame>();
  readonly targets = new References<Target>();
  /** The stop, if it was for a filter. */
  exception: Stop | null = null;
  line: StoppedLine | null = null;
  readonly #send: Send;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  tell(reason: string, more: Partial<P.StoppedEvent["body"]> = {}): void {
    this.forget();
    this.#send("stopped", { reason, threadId: THREAD, allThreadsStopped: true, ...more });
  }

  /** Forgets at once, and tells after a while, once for all that happens meanwhile. */
  tellSoon(tell: () => void): void {
    this.forget();
    this.#soon = setTimeout(tell, GATHERED);
  }

  /** What the client holds is out of date. */
  forget(): void {
    clearTimeout(this.#soon);
    this.containers.clear();
    this.frames.clear();
    this.targets.clear();
    this.exception = null;
    this.line = null;
  }
}
