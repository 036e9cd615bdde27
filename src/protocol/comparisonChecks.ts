import * as z from "zod/mini";
import { dtypes } from "../tensor/dtype";
import { type ComparisonHostSide, type ComparisonPageSide, paneNames } from "./comparison";
import { tile } from "./answers";

/** What the page that compares two tensors may say, and what the host may answer: as checks.ts and answers.ts for the panel. */

const whole = z.int().check(z.nonnegative());
const turn = z.int().check(z.minimum(-1));
const tolerance = z.number().check(z.nonnegative());
const rect = z.object({ top: whole, left: whole, bottom: whole, right: whole });

/** The arguments of each request. */
export const comparisonRequests = {
  ready: z.tuple([]),
  tile: z.tuple([
    z.object({
      id: whole,
      pane: z.enum(paneNames),
      plane: whole,
      rect,
      level: z.int().check(z.nonnegative(), z.maximum(32)),
    }),
  ]),
  element: z.tuple([z.object({ id: whole, offset: whole })]),
  judge: z.tuple([z.object({ id: whole, rtol: tolerance, atol: tolerance })]),
  read: z.tuple([z.object({ id: whole, reading: whole })]),
  exchange: z.tuple([z.object({ id: whole })]),
} satisfies { readonly [K in keyof ComparisonHostSide]: z.ZodMiniType<Parameters<ComparisonHostSide[K]>> };

const float64 = z.instanceof(Float64Array);
const orNull = z.nullable(z.number());
const shape = z.array(whole);
const side = z.object({
  name: z.string(),
  dtype: z.enum(Object.keys(dtypes) as (keyof typeof dtypes)[]), // the keys of a complete record
  shape,
});
const sideFacts = z.object({ min: orNull, max: orNull, nan: whole, inf: whole });
const amount = z.object({
  max: z.number(),
  at: turn,
  octaves: z.object({ first: z.int(), bins: float64, zeros: whole, odd: whole }),
  worst: z.object({ offsets: float64, sizes: float64, left: float64, right: float64 }),
});
const differences = z.object({
  looked: whole,
  equal: whole,
  odd: whole,
  zeroRight: whole,
  meanAbsolute: orNull,
  meanDifference: orNull,
  rms: orNull,
  cosine: orNull,
  left: sideFacts,
  right: sideFacts,
  absolute: amount,
  relative: amount,
  ulp: amount,
});
const judgement = z.object({ rtol: tolerance, atol: tolerance, failing: whole, first: turn, looked: whole });
const compared = z.object({
  id: whole,
  left: side,
  right: side,
  shape: z.nullable(shape),
  readings: z.array(z.object({ label: z.string(), detail: z.string(), mean: orNull })),
  reading: whole,
  differences: z.nullable(differences),
  judgement: z.nullable(judgement),
});
const nothing = z.any();

/** What each request is answered with. */
export const comparisonAnswers = {
  ready: z.nullable(compared),
  tile: z.nullable(tile),
  element: z.nullable(
    z.object({
      values: float64.check(z.refine((values) => values.length === 6)),
      integers: z.array(z.string()),
      within: z.boolean(),
    }),
  ),
  judge: nothing,
  read: nothing,
  exchange: nothing,
} satisfies { readonly [K in keyof ComparisonHostSide]: z.ZodMiniType<ReturnType<ComparisonHostSide[K]>> };

/** The arguments of each event. */
export const comparisonEvents = {
  show: z.tuple([compared]),
  progressed: z.tuple([z.object({ id: whole, share: z.number() })]),
  measured: z.tuple([z.object({ id: whole, differences })]),
  judged: z.tuple([z.object({ id: whole, judgement })]),
} satisfies { readonly [K in keyof ComparisonPageSide]: z.ZodMiniType<Parameters<ComparisonPageSide[K]>> };
