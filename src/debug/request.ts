import type { z } from "../formats/zod";
import { checked } from "./attributes";
import type { Control, Phase } from "./control";
import { refusal } from "./messages";

/** One request while it is answered. */
export interface Call {
  readonly command: string;
  /** Aborted when the client cancels it, or the session ends. */
  readonly signal: AbortSignal;
  /** Does something once the answer is sent: what follows from a request is told after it. */
  readonly after: (then: () => void) => void;
}

/** Answers a request with the body of its response. Throws ConvError for a failed one. */
export type Handler = (control: Control, args: unknown, call: Call) => unknown;

/** When a request makes sense. */
const times = {
  any: ["new", "ready", "configuring", "stopped", "running", "ended"],
  first: ["new"],
  open: ["ready", "configuring", "stopped", "running"],
  unloaded: ["ready"],
  unstarted: ["ready", "configuring"],
  loaded: ["configuring", "stopped", "running"],
  stopped: ["stopped"],
} as const satisfies Record<string, readonly Phase[]>;

export type When = keyof typeof times;

/** What a client is told at other times, and what it can do. */
const early: Readonly<Record<Phase, readonly [what: string, remedy: string]>> = {
  new: ["nothing is initialized yet", "Send initialize first"],
  ready: ["no layer is loaded yet", "Launch one first"],
  configuring: ["the program has not started yet", "Send configurationDone first"],
  stopped: ["the program has stopped", "Continue it first"],
  running: ["the program is running", "Pause it first"],
  ended: ["the session has ended", "Start a new one"],
};
const late: Readonly<Partial<Record<When, readonly [what: string, remedy: string]>>> = {
  first: ["the session is initialized already", "It comes first, and once"],
  unloaded: ["a layer is loaded already", "To run it again, restart"],
  unstarted: ["the program has started already", "It comes once"],
};

/** A request that is answered at certain times, and with these arguments. */
export function request<T>(
  when: When,
  schema: z.ZodType<T>,
  answer: (control: Control, args: T, call: Call) => unknown,
): Handler {
  const phases: readonly Phase[] = times[when];
  return (control, args, call) => {
    const { phase } = control;
    if (!phases.includes(phase)) {
      const isLate = phase !== "new" && phase !== "ended" ? late[when] : undefined;
      const [what, remedy] = isLate ?? early[phase];
      throw refusal(`${call.command} cannot be answered: ${what}`, remedy);
    }
    return answer(control, checked(schema, args, call.command), call);
  };
}

/** A request of the protocol that makes no sense here, at any time. */
export function unsupported(why: string): Handler {
  return (_control, _args, { command }) => {
    throw refusal(`${command} is not supported: ${why}`, undefined, "unsupported");
  };
}
