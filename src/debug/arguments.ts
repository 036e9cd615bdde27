import { z } from "../formats/zod";
import { refusal } from "./messages";
import { THREAD } from "./stops";

// What requests may ask for. Keys that are not named here are let be, as the protocol grows.

const whole = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
export const none = z.unknown();
export const line = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const frameId = whole.optional();

const source = z.object({
  name: z.string().optional(),
  path: z.string().optional(),
  sourceReference: whole.optional(),
});
const conditions = {
  condition: z.string().optional(),
  hitCondition: z.string().optional(),
  logMessage: z.string().optional(),
};

/** There is one thread; another one is a mistake of the client. */
const threadId = z.int();
export function checkThread(id: number): void {
  if (id !== THREAD) throw refusal(`there is no thread ${id}: a run is one thread, number ${THREAD}`);
}

export const initialize = z.object({
  adapterID: z.string().optional(),
  clientID: z.string().optional(),
  linesStartAt1: z.boolean().optional(),
  columnsStartAt1: z.boolean().optional(),
  supportsVariablePaging: z.boolean().optional(),
  supportsProgressReporting: z.boolean().optional(),
  supportsInvalidatedEvent: z.boolean().optional(),
  supportsMemoryEvent: z.boolean().optional(),
});
export const cancel = z.object({ requestId: z.int().optional(), progressId: z.string().optional() });
export const restart = z.object({ arguments: z.unknown().optional() });
export const thread = z.object({ threadId });
export const frame = z.object({ frameId: whole });
export const stackTrace = z.object({ threadId, startFrame: whole.optional(), levels: whole.optional() });
export const variables = z.object({
  variablesReference: whole,
  filter: z.enum(["indexed", "named"]).optional(),
  start: z.int().min(0).optional(),
  count: z.int().min(0).optional(),
});
export const setVariable = z.object({ variablesReference: whole, name: z.string(), value: z.string() });
export const setExpression = z.object({ expression: z.string(), value: z.string(), frameId });
export const evaluate = z.object({ expression: z.string(), frameId, context: z.string().optional() });
export const completions = z.object({ text: z.string(), column: line, line: line.optional(), frameId });
export const readMemory = z.object({ memoryReference: z.string(), offset: z.int().optional(), count: z.int().min(0) });
export const textOfSource = z.object({ sourceReference: whole, source: source.optional() });
export const gotoTargets = z.object({ source, line, column: line.optional() });
export const goto = z.object({ threadId, targetId: whole });
export const breakpointLocations = z.object({
  source,
  line,
  column: line.optional(),
  endLine: line.optional(),
  endColumn: line.optional(),
});
export const setBreakpoints = z.object({
  source,
  breakpoints: z.array(z.object({ line, column: line.optional(), ...conditions })).optional(),
  lines: z.array(line).optional(),
});
export const setFunctionBreakpoints = z.object({
  breakpoints: z.array(z.object({ name: z.string(), ...conditions })),
});
const access = z.enum(["read", "write", "readWrite"]);
export const setDataBreakpoints = z.object({
  breakpoints: z.array(z.object({ dataId: z.string(), accessType: access.optional(), ...conditions })),
});
export const dataBreakpointInfo = z.object({
  variablesReference: whole.optional(),
  name: z.string(),
  frameId,
  asAddress: z.boolean().optional(),
});
export const setExceptionBreakpoints = z.object({
  filters: z.array(z.string()),
  filterOptions: z.array(z.object({ filterId: z.string(), condition: z.string().optional() })).optional(),
});
