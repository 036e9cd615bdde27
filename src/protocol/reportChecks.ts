import * as z from "zod/mini";
import { passes } from "../conv/passes";
import { activity, rect, tile } from "./answers";
import { type Call, callAmong } from "./calls";
import { tensorNames } from "./names";
import { type ReportHostSide, type ReportPageSide, frameworks, measures, moods, reportActions } from "./report";

const whole = z.int().check(z.nonnegative());
const index = z.array(whole).check(z.maxLength(4));
const stage = z.enum([...passes.forward, ...passes.backward]);
const place = { tensor: z.enum(tensorNames), index };
const answer = { report: whole, answer: z.int().check(z.minimum(-1), z.maximum(4096)) };
const evidence = { ...answer, tensor: stage };

/** The arguments of each request: what the page may say. */
const requests = {
  ready: z.tuple([]),
  evidence: z.tuple([z.object(evidence)]),
  tile: z.tuple([
    z.object({
      ...evidence,
      picture: z.int().check(z.nonnegative(), z.maximum(1)),
      plane: z.nullable(z.tuple([whole, whole])),
      rect,
      level: z.int().check(z.nonnegative(), z.maximum(32)),
    }),
  ]),
  act: z.tuple([z.enum(reportActions)]),
  copy: z.tuple([
    z.object({ ...answer, cause: z.int().check(z.nonnegative(), z.maximum(8)), framework: z.enum(frameworks) }),
  ]),
  adopt: z.tuple([z.object(answer)]),
  goTo: z.tuple([z.object({ report: whole, ...place })]),
} satisfies { readonly [K in keyof ReportHostSide]: z.ZodMiniType<Parameters<ReportHostSide[K]>> };

export function checkedReportCall(message: unknown): Call<keyof ReportHostSide> | null {
  return callAmong(requests, message);
}

const texts = z.array(z.string());
const mood = z.enum(moods);
const report = z.object({
  id: whole,
  kind: z.enum(["mismatch", "gradients"]),
  title: z.string(),
  headline: z.string(),
  about: z.string(),
  mood,
  stages: z.array(z.object({ stage, mood, verdict: z.string(), layout: z.nullable(z.string()), first: z.boolean() })),
  results: z.array(
    z.object({
      tensor: stage,
      mood,
      verdict: z.string(),
      lines: texts,
      places: z.array(z.object({ ...place, text: z.string() })),
      pictured: z.boolean(),
    }),
  ),
  answers: z.array(
    z.object({
      names: z.array(texts),
      explains: z.array(stage),
      remains: z.string(),
      fixes: z.array(z.record(z.enum(frameworks), z.string())),
      setting: z.nullable(z.string()),
    }),
  ),
  sections: z.array(z.object({ title: z.string(), count: whole, best: z.boolean() })),
  nearest: texts,
  remarks: texts,
});
const shown = z.object({ report: z.nullable(report), activity: z.nullable(activity) });
const nothing = z.any();

/** What each request is answered with. */
export const reportAnswers = {
  ready: shown,
  evidence: z.nullable(
    z.object({
      shape: index,
      pictures: z.array(
        z.object({
          label: z.string(),
          extremes: z.instanceof(Float64Array),
          worst: z.int().check(z.minimum(-1)),
          words: z.string(),
        }),
      ),
      measure: z.enum(measures),
    }),
  ),
  tile: z.nullable(tile),
  act: nothing,
  copy: nothing,
  adopt: nothing,
  goTo: nothing,
} satisfies { readonly [K in keyof ReportHostSide]: z.ZodMiniType<ReturnType<ReportHostSide[K]>> };

/** The arguments of each event. */
export const reportEvents = {
  show: z.tuple([shown]),
} satisfies { readonly [K in keyof ReportPageSide]: z.ZodMiniType<Parameters<ReportPageSide[K]>> };
