import { createBirpc } from "birpc";
import * as z from "zod/mini";
import type { Foretold } from "../src/protocol/messages";
import type { VsCode } from "./vscode";

// As interfaces have them: each is called by its own type.
type Functions<F> = { readonly [K in keyof F]: (...args: never[]) => unknown };

/** The host as a page sees it. `ask` answers null also where the host does not answer, or not by the protocol. */
export interface Client<Requests extends Functions<Requests>> {
  ask<R extends keyof Requests & string>(
    request: R,
    ...args: Parameters<Requests[R]>
  ): Promise<ReturnType<Requests[R]> | null>;
  /** Answers to requests that are still to come, in place of those before. */
  foretell(answers: readonly Foretold[]): void;
}

/** What each request is answered with, and the arguments of each event. */
export interface Checks<Requests, Events> {
  readonly answers: { readonly [R in keyof Requests]: z.ZodMiniType };
  readonly events: { readonly [E in keyof Events]: z.ZodMiniType };
  /** Milliseconds after which a request counts as lost. */
  readonly patience?: number;
}

/** Long enough for a large tile over a slow line. */
const PATIENCE = 20_000;

/** Connects the page. `side` hears the host's events; what does not fit the protocol is dropped. Messages cross many at a time. */
export function connect<Requests extends Functions<Requests>, Events extends Functions<Events>>(
  vscode: VsCode,
  side: Events,
  { answers, events, patience = PATIENCE }: Checks<Requests, Events>,
): Client<Requests> {
  let waiting: unknown[] = [];
  let foretold = new Map<string, unknown>();
  const send = () => {
    vscode.postMessage(waiting);
    waiting = [];
  };
  const rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, Events>(side, {
    post: (message) => {
      if (waiting.push(message) === 1) queueMicrotask(send);
    },
    on: (receive) => {
      addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        for (const message of Array.isArray(data) ? data : []) if (isWellFormed(message, events)) receive(message);
      });
    },
    timeout: patience,
  });
  return {
    ask: async (request, ...args) => {
      let answer: unknown;
      try {
        const key = keyOf(request, args[0]);
        answer = foretold.has(key) ? foretold.get(key) : await rpc.$call(request, ...args);
        foretold.delete(key);
      } catch {
        return null;
      }
      const { success, data } = z.safeParse<z.ZodMiniType>(answers[request], answer);
      // `answers` holds the schema of each answer under its request's name.
      return success ? (data as ReturnType<Requests[typeof request]>) : null;
    },
    foretell: (known) => {
      foretold = new Map(known.map(({ request, about, answer }) => [keyOf(request, about), answer]));
    },
  };
}

/** The same for the same request, in whatever order its parts were named. */
function keyOf(request: string, about: unknown): string {
  const sorted = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify([request, about], sorted);
}

/** An event of the protocol with arguments that fit, or an answer, which is checked where it was asked for. */
function isWellFormed(message: unknown, events: Readonly<Record<string, z.ZodMiniType>>): boolean {
  if (typeof message !== "object" || message === null || !("t" in message)) return false;
  if (message.t === "s") return true;
  if (!("m" in message) || !("a" in message) || typeof message.m !== "string") return false;
  const { m, a } = message;
  return Object.hasOwn(events, m) && z.safeParse(events[m], a).success;
}
