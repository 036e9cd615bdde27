import { createBirpc } from "birpc";
import * as z from "zod/mini";
import { answerChecks, eventChecks } from "../src/protocol/answers";
import type { HostSide, WebviewSide } from "../src/protocol/messages";
import type { VsCode } from "./vscode";

type Request = keyof HostSide;
type Answer<R extends Request> = ReturnType<HostSide[R]>;

/** The host as the page sees it. `ask` answers null also where the host does not answer, or not by the protocol. */
export interface Client {
  ask<R extends Request>(request: R, ...args: Parameters<HostSide[R]>): Promise<Answer<R> | null>;
}

/** Long enough for a large tile over a slow line; after that the request counts as lost. */
const PATIENCE = 20_000;

/** Connects the page. `side` hears the host's events; what does not fit the protocol is dropped. */
export function connect(vscode: VsCode, side: WebviewSide): Client {
  const rpc = createBirpc<HostSide, WebviewSide>(side, {
    post: (message) => vscode.postMessage(message),
    on: (receive) => {
      addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isWellFormed(data)) receive(data);
      });
    },
    timeout: PATIENCE,
  });
  return {
    ask: async (request, ...args) => {
      let answer: unknown;
      try {
        answer = await rpc.$call(request, ...args);
      } catch {
        return null;
      }
      const { success, data } = z.safeParse<z.ZodMiniType>(answerChecks[request], answer);
      // answerChecks holds the schema of each answer under its request's name.
      return success ? (data as Answer<typeof request>) : null;
    },
  };
}

/** An event of the protocol with arguments that fit, or an answer, which is checked where it was asked for. */
function isWellFormed(message: unknown): boolean {
  if (typeof message !== "object" || message === null || !("t" in message)) return false;
  if (message.t === "s") return true;
  if (!("m" in message) || !("a" in message) || typeof message.m !== "string") return false;
  const { m, a } = message;
  return Object.hasOwn(eventChecks, m) && z.safeParse(eventChecks[m as keyof WebviewSide], a).success; // hasOwn
}
