import { createBirpc } from "birpc";
import type { Disposable } from "../base/disposable";
import { messageOf } from "../base/errors";
import type { Call } from "../protocol/calls";

/** The way to a page. `post` may fail or never end: the page can be hidden or gone at any moment. */
export interface Wire {
  post(message: unknown): PromiseLike<unknown>;
  log(line: string): void;
}

// As interfaces have them: no function of a page could be called with `never`, so that each is called by its own type.
type Functions<F> = { readonly [K in keyof F]: (...args: never[]) => unknown };

/** At once, or when it is known. */
export type Soon<T> = T | Promise<T>;
/** What answers a page's requests. */
export type Answers<Requests extends Functions<Requests>> = {
  [F in keyof Requests]: (...args: Parameters<Requests[F]>) => Soon<ReturnType<Requests[F]>>;
};

/** Dropped messages that are logged one by one; after that each power of two. */
const LOGGED_DROPS = 8;

/**
 * The host's end of the line to one page. Requests come in through `receive` and are held to `check`: what is none is dropped and
 * logged. Events go out through `tell`, as long as the page is there to hear them.
 */
export class Line<Requests extends Functions<Requests>, Events extends Functions<Events>> implements Disposable {
  readonly #wire: Wire;
  readonly #check: (message: unknown) => Call | null;
  readonly #rpc;
  #deliver: (message: unknown) => void = () => undefined;
  #dropped = 0;
  #disposed = false;
  /** The page answers: it is loaded and in view. */
  #live = false;

  constructor(
    wire: Wire,
    check: (message: unknown) => Call | null,
    answers: Answers<Requests>,
    events: readonly (keyof Events & string)[],
  ) {
    this.#wire = wire;
    this.#check = check;
    this.#rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, Answers<Requests>>(answers, {
      post: (message) => this.#post(message),
      on: (receive) => (this.#deliver = receive),
      eventNames: [...events],
      onFunctionError: (error, name) => {
        wire.log(`${name}: ${messageOf(error)}`);
        return false;
      },
      onGeneralError: (error, name) => {
        wire.log(`${name ?? "message"}: ${messageOf(error)}`);
        return true;
      },
    });
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** A message from the page, whatever it may be; `before` is told of one that is a request. */
  receive(message: unknown, before: () => void = () => undefined): void {
    if (this.#disposed) return;
    const call = this.#check(message);
    if (call === null) {
      this.#drop();
      return;
    }
    before();
    this.#deliver(call);
  }

  /** The page has said that it is there. */
  open(): void {
    this.#live = true;
  }

  /** The page is out of view, and perhaps unloaded: it says when it is back. */
  pause(): void {
    this.#live = false;
  }

  /** An event: nothing is answered, and a page that is not there misses nothing. */
  tell<E extends keyof Events & string>(event: E, ...args: Parameters<Events[E]>): void {
    if (this.#live && !this.#disposed) this.#rpc.$callEvent(event, ...args).catch(() => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    this.#live = false;
    this.#rpc.$close();
  }

  /** A message to a page that has just gone is no error, and nothing that fails afterwards is anybody's business. */
  async #post(message: unknown): Promise<void> {
    if (this.#disposed) return;
    try {
      await this.#wire.post(message);
    } catch (error) {
      this.#complain(`The panel could not be told: ${messageOf(error)}`);
    }
  }

  #complain(line: string): void {
    if (!this.#disposed) this.#wire.log(line);
  }

  #drop(): void {
    const count = ++this.#dropped;
    if (count <= LOGGED_DROPS || Number.isInteger(Math.log2(count)))
      this.#wire.log(`Dropped a message from the panel that is not in the protocol (${count} so far)`);
  }
}
