import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { ConvError, type FaultCode, messageOf } from "../base/errors";

/** The events that the adapter sends. */
export interface Events {
  initialized: undefined;
  stopped: P.StoppedEvent["body"];
  continued: P.ContinuedEvent["body"];
  output: P.OutputEvent["body"];
  breakpoint: P.BreakpointEvent["body"];
  loadedSource: P.LoadedSourceEvent["body"];
  invalidated: P.InvalidatedEvent["body"];
  memory: P.MemoryEvent["body"];
  progressStart: P.ProgressStartEvent["body"];
  progressUpdate: P.ProgressUpdateEvent["body"];
  progressEnd: P.ProgressEndEvent["body"];
  exited: P.ExitedEvent["body"];
  terminated: P.TerminatedEvent["body"];
}

export type Send = <E extends keyof Events>(event: E, body: Events[E]) => void;

/** Resolves when the client has taken so much of what was sent that there is room for more. */
export type Drained = () => Promise<void>;

/** A request that came at the wrong time, or that asks for what is not there. */
export function refusal(what: string, remedy?: string, code: FaultCode = "bad-usage"): ConvError {
  return new ConvError({ code, what, remedy });
}

/** Numbers of errors: stable, so that clients can tell one kind from another. */
const errorIds: Readonly<Partial<Record<FaultCode, number>>> = {
  "bad-usage": 1,
  "bad-expression": 2,
  "bad-value": 3,
  "bad-step": 4,
  cancelled: 5,
  "not-found": 6,
  unsupported: 7,
};
const OTHER = 8;

/** The failed answer to a request, in one line. `cancelled` is the protocol's own word for what was called off. */
export function failure(error: unknown): Pick<P.ErrorResponse, "success" | "message" | "body"> {
  const code = error instanceof ConvError ? error.code : undefined;
  const text = messageOf(error);
  return {
    success: false,
    message: code === "cancelled" ? "cancelled" : text,
    // In a format, braces would stand for something.
    body: { error: { id: (code && errorIds[code]) ?? OTHER, format: "{text}", variables: { text } } },
  };
}
