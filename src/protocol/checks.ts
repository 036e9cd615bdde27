import * as z from "zod/mini";
import { depths } from "../trace/order/stages";
import { type HostSide, actions, moves } from "./messages";
import { tensorNames } from "./names";

/**
 * What the webview may say. The page could be made to send anything, so every request is held to this before anything
 * looks at it. A check costs the same however large the message is: objects are read by their known keys
 * only, tuples are refused by their length, strings are compared with a list.
 */

const whole = z.int().check(z.nonnegative());
const step = z.int().check(z.minimum(-1));
const small = z.int().check(z.nonnegative(), z.maximum(4096));

const slice = z.object({ first: whole, step: z.int(), count: whole });
const picture = z.object({
  tensor: z.enum(tensorNames),
  plane: z.nullable(z.tuple([whole, whole])),
  transposed: z.boolean(),
  part: z.optional(z.object({ rows: slice, cols: slice })),
});
const rect = z.object({ top: whole, left: whole, bottom: whole, right: whole });

/** The arguments of each request. */
const requests = {
  ready: z.tuple([]),
  seek: z.tuple([z.object({ run: whole, step: whole })]),
  move: z.tuple([z.enum(moves)]),
  interrupt: z.tuple([]),
  setDepth: z.tuple([z.enum(depths)]),
  tile: z.tuple([z.object({ run: whole, picture, step, rect, level: z.int().check(z.nonnegative(), z.maximum(32)) })]),
  strip: z.tuple([z.object({ run: whole, step: whole, from: whole, count: small })]),
  element: z.tuple([z.object({ run: whole, tensor: z.enum(tensorNames), offset: whole, step, largest: small })]),
  summary: z.tuple([z.object({ run: whole, tensor: z.enum(tensorNames) })]),
  act: z.tuple([z.enum(actions)]),
  choose: z.tuple([z.object({ run: whole, note: small, choice: small })]),
} satisfies { readonly [K in keyof HostSide]: z.ZodMiniType<Parameters<HostSide[K]>> };

/** A call as birpc puts it on the wire. */
export interface Call {
  readonly t: "q";
  /** Names the answer; none for an event. */
  readonly i?: string;
  readonly m: keyof HostSide;
  readonly a: unknown[];
}

/** A message from the webview, rebuilt from the parts that were checked; null if it is not one. */
export function checkedCall(message: unknown): Call | null {
  if (!isRecord(message) || message.t !== "q") return null;
  const { m, i, a } = message;
  if (typeof m !== "string" || !isRequest(m)) return null;
  if (i !== undefined && (typeof i !== "string" || i.length > 64)) return null;
  if (!Array.isArray(a) || a.length > 1) return null;
  const { success, data } = z.safeParse<z.ZodMiniType<unknown[]>>(requests[m], a);
  if (!success) return null;
  return i === undefined ? { t: "q", m, a: data } : { t: "q", m, i, a: data };
}

function isRequest(name: string): name is keyof HostSide {
  return Object.hasOwn(requests, name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
