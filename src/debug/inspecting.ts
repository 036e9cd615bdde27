import type { z } from "../formats/zod";
import * as args from "./arguments";
import { assign, assignment } from "./assign";
import { completionsAt } from "./completions";
import { pageOf } from "./container";
import { elementOf } from "./elements";
import { evaluated } from "./evaluation";
import { exceptionDetails } from "./exceptions";
import { stackOf } from "./frames";
import { readMemory } from "./memory";
import { refusal } from "./messages";
import type { Control } from "./control";
import { stale } from "./moving";
import { valuesBeside } from "./phrases";
import { toClient } from "./positions";
import { type Call, type Handler, request } from "./request";
import { scopesOf } from "./scopes";

/** A request for what is seen where it has stopped. A long sum there is replayed first, in turns. */
function seeing<T>(schema: z.ZodType<T>, answer: (control: Control, args: T, call: Call) => unknown): Handler {
  return request("stopped", schema, (control, args, call) => {
    const { trace, step } = control;
    const replayed =
      trace.total === 0
        ? null
        : trace.patience.soon(
            () => trace.at(step),
            () => !call.signal.aborted,
          );
    return replayed instanceof Promise ? replayed.then(() => answer(control, args, call)) : answer(control, args, call);
  });
}

/** What can be seen, and set, where it has stopped. */
export const inspecting = {
  stackTrace: request("stopped", args.stackTrace, (control, { threadId, startFrame = 0, levels = 0 }) => {
    args.checkThread(threadId);
    const { program, stops } = control;
    const { session } = program;
    const all = stackOf(session.trace.steps, program.listing, session.position, stops.frames, stops.line);
    const wanted = all.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
    return {
      stackFrames: wanted.map((frame) => ({ ...toClient(control, frame), source: program.source })),
      totalFrames: all.length,
    };
  }),

  scopes: seeing(args.frame, (control, { frameId }) => {
    const frame = control.stops.frames.get(frameId);
    if (frame === undefined) throw stale("frame", frameId);
    return { scopes: scopesOf(control, frame) };
  }),

  variables: seeing(args.variables, (control, { variablesReference, ...page }) => {
    const container = control.containers.get(variablesReference);
    if (container === undefined) throw stale("variablesReference", variablesReference);
    return { variables: pageOf(container, page, control) };
  }),

  setVariable: request(
    "stopped",
    args.setVariable,
    async (control, { variablesReference, name, value }, { signal }) => {
      const container = control.containers.get(variablesReference);
      if (container === undefined) throw stale("variablesReference", variablesReference);
      const part = container.part(name);
      if (part === null) throw refusal(`${name} cannot be set`, "Set an element of x, W, b or dout");
      return assign(control, part, value, signal);
    },
  ),

  setExpression: request("stopped", args.setExpression, (control, { expression, value }, { signal }) =>
    assign(control, elementOf(control.trace, control.step, expression), value, signal),
  ),

  /** Our own: what editors show beside the lines of the listing. */
  inlineValues: seeing(args.frame, (control, { frameId }) => {
    const frame = control.stops.frames.get(frameId);
    if (frame === undefined) throw stale("frame", frameId);
    return { lines: valuesBeside(control, control.program.listing, frame).map((one) => toClient(control, one)) };
  }),

  evaluate: seeing(args.evaluate, async (control, { expression, context, frameId }, { signal }) => {
    if (frameId !== undefined && control.stops.frames.get(frameId) === undefined) throw stale("frame", frameId);
    const assigned = context === "repl" ? assignment(expression) : null;
    if (assigned === null) return evaluated(control, expression, context);
    const part = elementOf(control.trace, control.step, assigned.target);
    const { value, type } = await assign(control, part, assigned.value, signal);
    return { result: value, type, variablesReference: 0 };
  }),

  completions: request("loaded", args.completions, (control, { text, column, line }) => {
    const at = control.client?.columnsStartAt1 === false ? column : column - 1;
    return { targets: completionsAt(control.trace, text, at, line ?? 1) };
  }),

  readMemory: request("stopped", args.readMemory, (control, wanted) => readMemory(control.trace, control.step, wanted)),

  exceptionInfo: request("stopped", args.thread, (control, { threadId }) => {
    args.checkThread(threadId);
    if (control.stops.exception === null) throw refusal("it has not stopped at an exception");
    return exceptionDetails(control.trace, control.stops.exception);
  }),

  loadedSources: request("loaded", args.none, ({ program }) => ({ sources: [program.source, program.layerSource] })),

  source: request("loaded", args.textOfSource, ({ program, listings }, { sourceReference, source }) => {
    const listing = sourceReference > 0 ? listings.at(sourceReference) : undefined;
    if (listing !== undefined) return { content: listing.text }; // its path says that it is Python, unless the editor knows better
    switch (program.textOf(sourceReference > 0 ? { sourceReference } : (source ?? {}))) {
      case "listing":
        return { content: program.listing.text };
      case "file":
        return { content: program.debuggee.text, mimeType: "application/json" };
      case null:
        throw refusal(`there is no source ${sourceReference}`, `The listing is ${program.reference}`);
    }
  }),
};
