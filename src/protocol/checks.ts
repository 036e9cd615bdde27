import * as z from "zod/mini";
import { depths } from "../trace/order/stages";
import { type Call, callAmong } from "./calls";
import { type HostSide, actions, moves, writableNames } from "./messages";
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
  change: z.optional(z.literal(true)),
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
  nudge: z.tuple([
    z.object({
      run: whole,
      tensor: z.enum(writableNames),
      offset: whole,
      by: z.int(),
      stride: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
      begins: z.boolean(),
    }),
  ]),
} satisfies { readonly [K in keyof HostSide]: z.ZodMiniType<Parameters<HostSide[K]>> };

/** A message from the panel's webview, rebuilt from the parts that were checked; null if it is not one. */
export function checkedCall(message: unknown): Call<keyof HostSide> | null {
  return callAmong(requests, message);
}
