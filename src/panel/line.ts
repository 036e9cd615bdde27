import { createBirpc } from "birpc";
import type { Disposable } from "../base/disposable";
import { messageOf } from "../base/errors";
import type { Call } from "../protocol/calls";

/** The way to a page. `post` may fail or never end: the page can be hidden or gone at any moment. */
export interface Wire {
  post(messages: readonly unknown[]): PromiseLike<unknown>;
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

/** Messages that a page can have for one frame, with room to spare; what is more is not looked at. */
const MOST_AT_ONCE = 1024;
/** Dropped messages that are logged one by one; after that each power of two. */
const LOGGED_DROPS = 8;

/**
 * The host's end of the line to one page. Requests come in through `receive` and are held to `check`: what is none is dropped and
 * logged. Events go out through `tell`, as long as the page is there to hear them. What is asked in one turn crosses as one message, and
 * so do its answers: a scene asks for many tiles at once, and each message costs as much as the numbers in it.
 */
export class Line<Requests extends Functions<Requests>, Events extends Functions<Events>> implements Disposable {
  readonly #wire: Wire;
  readonly #check: (message: unknown) => Call | null;
  readonly #rpc;
  #deliver: (message: unknown) => void = () => undefined;
  #waiting: unknown[] = [];
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

  get isLive(): boolean {
    return this.#live;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Messages from the page, whatever they may be; `before` is told of each that is a request. */
  receive(messages: unknown, before: () => void = () => undefined): void {
    if (this.#disposed) return;
    const each: unknown[] = Array.isArray(messages) && messages.length <= MOST_AT_ONCE ? messages : [null];
    for (const message of each) {
      const call = this.#check(message);
      if (call === null) this.#drop();
      else {
        before();
        this.#deliver(call);
      }
    }
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

  /** An event goes by itself, after the answers before it: the page has taken in one message when it hears of the next. */
  #post(message: unknown): void {
    const isEvent = typeof message === "object" && message !== null && "t" in message && message.t === "q";
    if (isEvent) void this.#send();
    if (this.#waiting.push(message) > 1) return;
    if (isEvent) void this.#send();
    else setImmediate(() => void this.#send());
  }

  /** A message to a page that has just gone is no error, and nothing that fails afterwards is anybody's business. */
  async #send(): Promise<void> {
    const messages = this.#waiting;
    this.#waiting = [];
    if (messages.length === 0 || this.#disposed) return;
    try {
      await this.#wire.post(messages);
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
