import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Disposable } from "../base/disposable";
import { ConvError } from "../base/errors";
import { Emitter } from "../base/events";
import { closest } from "../formats/suggest";
import * as args from "./arguments";
import { checked } from "./attributes";
import { Control } from "./control";
import type { Launch } from "./debuggee";
import { Listings } from "./listings";
import { type Drained, type Send, failure, refusal } from "./messages";
import type { Call, Handler } from "./request";
import { commands, handlerOf, lasting, urgent } from "./requests";

/** A request that came in, as far as it could be understood. */
interface Incoming {
  readonly seq: number;
  readonly command: string;
  readonly arguments: unknown;
}

/**
 * A debug adapter for one client: takes the protocol's messages and sends its own. Every request is answered, once, in the order
 * in which they came but for those that end others; nothing is thrown, whatever comes in.
 */
export class DebugAdapter implements Disposable {
  readonly #didSend = new Emitter<P.ProtocolMessage>();
  readonly onDidSendMessage = this.#didSend.event;
  readonly #control: Control;
  #seq = 0;
  /** What is answered now or waits for its turn. Two may have one number, if the client cannot count. */
  readonly #open = new Set<{ readonly seq: number; readonly command: string; readonly abort: AbortController }>();
  #last: Promise<void> = Promise.resolve();

  /**
   * `drained`: for a client that may read more slowly than it is told. `listings`: shared by adapters whose client keeps breakpoints from
   * one session to the next.
   */
  constructor(launch: Launch, drained: Drained = () => Promise.resolve(), listings = new Listings()) {
    const send: Send = (event, body) => this.#send({ type: "event", event, ...(body !== undefined && { body }) });
    this.#control = new Control(launch, send, drained, listings);
  }

  handleMessage(message: unknown): void {
    const request = incoming(message);
    if (request === null) return; // an answer to what was never asked, or no message at all
    const abort = new AbortController();
    const entry = { seq: request.seq, command: request.command, abort };
    this.#open.add(entry);
    const answered = async () => {
      await this.#answer(request, abort.signal);
      this.#open.delete(entry);
    };
    if (urgent.has(request.command)) void answered();
    else this.#last = this.#last.then(answered);
  }

  /** Resolves when all that came in until now is answered. */
  settled(): Promise<void> {
    return this.#last;
  }

  dispose(): void {
    this.#abortAll();
    this.#control.dispose();
    this.#didSend.dispose();
  }

  async #answer({ seq, command, arguments: given }: Incoming, signal: AbortSignal): Promise<void> {
    const following: (() => void)[] = [];
    const call: Call = { command, signal, after: (then) => void following.push(then) };
    const response = { type: "response", request_seq: seq, command };
    try {
      if (signal.aborted) throw new ConvError({ code: "cancelled", what: `${command} was cancelled` });
      const handler = command === "cancel" ? this.#cancel : (handlerOf(command) ?? unknown);
      const body = await handler(this.#control, given, call);
      this.#send({ ...response, success: true, ...(body !== undefined && { body }) });
    } catch (error) {
      this.#send({ ...response, ...failure(error) });
      return;
    }
    if (command === "terminate" || command === "disconnect") this.#abortAll();
    for (const then of following)
      try {
        then();
      } catch (error) {
        const text = failure(error).message ?? "";
        this.#control.send("output", { category: "stderr", output: `${text}\n` });
      }
  }

  /**
   * By the number of a request, or the name of a progress. What is over already, or soon, needs not be cancelled: an editor that steps
   * fast cancels the stack it has asked for, and would show the refusal as a line of the next one.
   */
  readonly #cancel: Handler = (control, given, { command }) => {
    const { requestId, progressId } = checked(args.cancel, given, command);
    for (const { seq, command: what, abort } of this.#open) if (seq === requestId && lasting.has(what)) abort.abort();
    if (progressId !== undefined) control.works.cancel(progressId);
  };

  #abortAll(): void {
    for (const { abort } of this.#open) abort.abort();
  }

  #send(message: Record<string, unknown> & Pick<P.ProtocolMessage, "type">): void {
    try {
      this.#didSend.fire({ ...message, seq: ++this.#seq });
    } catch {
      // A listener's fault is not ours to report: it is the only one who could hear of it.
    }
  }
}

const unknown: Handler = (_control, _args, { command }) => {
  const meant = closest(command, commands);
  const remedy = meant === undefined ? undefined : `Did you mean ${meant}`;
  throw refusal(`there is no request ${JSON.stringify(command)}`, remedy, "unsupported");
};

/** Whatever calls itself a request is answered; a number or a name that is missing cannot be given back. */
function incoming(message: unknown): Incoming | null {
  if (typeof message !== "object" || message === null) return null;
  const { type, seq, command, arguments: given } = message as Partial<Record<keyof P.Request, unknown>>; // all may be missing
  if (type !== "request") return null;
  return {
    seq: typeof seq === "number" && Number.isSafeInteger(seq) ? seq : 0,
    command: typeof command === "string" ? command : "",
    arguments: given,
  };
}
