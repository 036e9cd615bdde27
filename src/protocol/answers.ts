import * as z from "zod/mini";
import { markKinds, writableNames, type HostSide, type WebviewSide } from "./messages";
import { tensorNames } from "./names";
import { paddingModes } from "../conv/spec";
import type { Geometry } from "../conv/geometry";
import { depths } from "../trace/order/stages";

/** What the host may say: held to this in the webview, so that a fault in between ends as nothing shown, not as a broken page. */

const whole = z.int().check(z.nonnegative());
const turn = z.int().check(z.minimum(-1));
const finite = z.number();
const float64 = z.instanceof(Float64Array);
const floats = z.union([z.instanceof(Float32Array), float64]);

const axis = z.object({
  size: whole,
  kernel: whole,
  stride: whole,
  dilation: whole,
  begin: whole,
  end: whole,
  extent: whole,
  padded: whole,
  out: whole,
});
const geometry = z.object({
  batch: whole,
  channels: whole,
  filters: whole,
  weightFilters: whole,
  groups: whole,
  groupChannels: whole,
  groupFilters: whole,
  y: axis,
  x: axis,
  paddingMode: z.enum(paddingModes),
  hasBias: z.boolean(),
  rows: whole,
  taps: whole,
  groupTaps: whole,
}) satisfies z.ZodMiniType<Geometry>;
const dtype = z.enum(["float32", "float64"]);
const run = z.object({
  id: whole,
  title: z.string(),
  geometry,
  arithmetic: z.object({ dtype, fused: z.boolean(), block: z.int().check(z.positive()) }),
  timing: z.object({ forwardMs: finite, backwardMs: finite, threads: whole, kernel: z.string() }),
  notes: z.array(z.object({ label: z.string(), detail: z.string(), choices: z.array(z.string()) })),
  writable: z.array(z.enum(writableNames)),
  change: z.nullable(
    z.object({
      shape: z.nullable(z.array(whole)),
      cells: whole,
      low: finite,
      high: finite,
      most: z.nullable(z.array(whole)),
    }),
  ),
});
const mark = z.object({ step: whole, kind: z.enum(markKinds), label: z.string() });
export const activity = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("running"), title: z.string(), fraction: z.nullable(finite), detail: z.string() }),
  z.object({
    kind: z.literal("failed"),
    title: z.string(),
    failure: z.object({ what: z.string(), where: z.string(), cause: z.string(), remedy: z.string() }),
  }),
  z.object({ kind: z.literal("stale"), reason: z.string() }),
]);
const searching = z.nullable(
  z.object({ direction: z.enum(["forward", "back"]), from: turn, step: turn, rate: z.number().check(z.nonnegative()) }),
);
const shown = z.object({
  run: z.nullable(run),
  step: turn,
  depth: z.enum(depths),
  marks: z.array(mark),
  activity: z.nullable(activity),
  searching,
  // Answers are held to the same as those that were asked for, once they are.
  foretold: z.array(z.object({ request: z.string(), about: z.unknown(), answer: z.unknown() })),
});
export const rect = z.object({ top: whole, left: whole, bottom: whole, right: whole });
export const tile = z.object({
  rect,
  level: whole,
  every: z.optional(whole),
  extreme: z.optional(z.literal(true)),
  rows: whole,
  cols: whole,
  mean: floats,
  min: floats,
  max: floats,
  marks: z.instanceof(Uint8Array),
});
const strip = z.object({
  start: whole,
  from: whole,
  left: float64,
  right: float64,
  sums: float64,
  bias: float64,
  final: float64,
});
const terms = z.object({ k: float64, step: float64, left: float64, right: float64, product: float64, sum: float64 });
const element = z.object({
  state: z.enum(["unwritten", "partial", "final"]),
  value: float64,
  final: float64,
  bias: float64,
  count: whole,
  largest: terms,
  firstNan: turn,
  firstInfinity: turn,
});
const orNull = z.nullable(finite);
const summary = z.object({
  stats: z.object({
    min: orNull,
    max: orNull,
    mean: orNull,
    std: orNull,
    zeros: whole,
    nan: whole,
    inf: whole,
    firstZero: turn,
    firstNan: turn,
    firstInf: turn,
  }),
  dtype,
  low: finite,
  high: finite,
  histogram: z.object({ bins: z.instanceof(Int32Array), lo: finite, hi: finite }),
  sampled: whole,
});
const nothing = z.any();

/** What each request is answered with. */
export const answerChecks = {
  ready: shown,
  seek: turn,
  move: turn,
  interrupt: nothing,
  setDepth: nothing,
  tile: z.nullable(tile),
  strip: z.nullable(strip),
  element: z.nullable(element),
  summary: z.nullable(summary),
  act: nothing,
  choose: nothing,
  nudge: nothing,
} satisfies { readonly [K in keyof HostSide]: z.ZodMiniType<ReturnType<HostSide[K]>> };

/** The arguments of each event. */
export const eventChecks = {
  show: z.tuple([shown]),
  moved: z.tuple([turn]),
  depthChanged: z.tuple([z.enum(depths)]),
  searching: z.tuple([searching]),
  marked: z.tuple([z.array(mark)]),
  described: z.tuple([z.enum(tensorNames)]),
  pointed: z.tuple([z.object({ tensor: z.enum(tensorNames), index: z.array(whole).check(z.maxLength(4)) })]),
  summarised: z.tuple([z.object({ run: whole, tensor: z.enum(tensorNames), summary })]),
} satisfies { readonly [K in keyof WebviewSide]: z.ZodMiniType<Parameters<WebviewSide[K]>> };
