import type { Intermediate } from "../../conv/passes";
import { computeArray } from "../../tensor/dtype";
import { elementCount, tensor } from "../../tensor/tensor";
import { changesOf } from "../changes";
import type { Cause, Deviation, Evidence, Explanation, Sides } from "../explanation";
import type { Hypothesis } from "../hypotheses/hypothesis";
import type { Compute, Model } from "../model";
import { Pace } from "../pace";
import {
  arrangementFix,
  arrangementText,
  canonical,
  digitsOf,
  frames,
  isHarmless,
  movedTo,
  shapeOf,
} from "./arrangement";
import { makingOf } from "./making";
import { type Reading, STRETCH, type Stage, distanceOf, readingOf } from "./reading";

/** What fits a step: a layer, the layer's causes, and how its step was read. */
export interface Found {
  readonly reading: Reading;
  readonly model: Model;
  readonly causes: readonly Hypothesis[];
}

/** The layer as it is, and the engine. */
export interface Layers {
  readonly base: Model;
  readonly compute: Compute;
}

/**
 * One explanation for each way that fits: an order of axes, a cause of the layer, or both at once; the simplest only. `own`: the layer
 * as it is, if its step has this size.
 */
export async function explanationsOf(
  stage: Stage,
  found: readonly Found[],
  own: Reading | null,
  layers: Layers,
  pace: Pace,
): Promise<Explanation<Intermediate>[]> {
  const { name } = stage;
  const all = found.map((one) => ({ one, causes: causesOf(name, one) }));
  const least = Math.min(...all.map(({ causes }) => causes.length));
  const ids = (causes: readonly Cause[]) => causes.map(({ id }) => id).join();
  const simplest = all.filter(({ causes }) => causes.length === least);
  const before = own === null ? elsewhere : await distanceOf(stage, own, pace);
  const explanations: Explanation<Intermediate>[] = [];
  for (const [i, { one, causes }] of simplest.entries()) {
    if (simplest.findIndex((other) => ids(other.causes) === ids(causes)) < i) continue;
    const after = await distanceOf(stage, one.reading, pace);
    const { error, residual, bound } = after;
    const sides = sidesWith(stage, one, own ?? one.reading, layers);
    explanations.push({
      ...{ causes, explains: [name], error, residual, bound },
      evidence: [{ tensor: name, before: deviation(before), after: deviation(after), sides }],
      changes: changesOf(layers.base, one.model, one.causes),
    });
  }
  return explanations;
}

/** Whether the axes are as the textbook has them, or in another layout that they show. */
export function isInOrder(name: Intermediate, { arrangement, how, sizes }: Reading): boolean {
  return arrangement.join() === canonical[name].join() || (how === "axes" && isHarmless(name, arrangement, sizes));
}

/** The order of axes is what was done last. */
function causesOf(name: Intermediate, { reading, causes }: Found): Cause[] {
  const own = causes.map(({ id, name: words, fix }) => ({ id, name: words, fix }));
  return isInOrder(name, reading) ? own : [orderCause(name, reading), ...own];
}

function orderCause(name: Intermediate, { arrangement, how, sizes }: Reading): Cause {
  const [id, words] = how === "axes" ? ["", ""] : ["-reshaped", ", and reshaped where it should have been transposed"];
  return {
    id: `${name}-${arrangement.join("-")}${id}`,
    name: `${name} laid out as ${arrangementText(arrangement)} instead of ${arrangementText(canonical[name])}${words}`,
    fix: arrangementFix(name, arrangement, sizes),
  };
}

/** Of another size. */
const elsewhere: Deviation = { error: Infinity, residual: Infinity, worst: null };

function deviation({ error, residual, worst }: Deviation): Deviation {
  return { error, residual, worst };
}

/**
 * What was given, and the same elements as a model makes them where they are read in `arrangement`: each at the place in the step's frame
 * that `seat` gives it.
 */
export function sidesWith(
  stage: Stage,
  { model, reading: { arrangement } }: Pick<Found, "model" | "reading">,
  { arrangement: seat, sizes }: Pick<Reading, "arrangement" | "sizes">,
  { compute }: Layers,
): Evidence["sides"] {
  return async (watcher): Promise<Sides> => {
    const pace = new Pace(watcher);
    const making = makingOf(stage.name, model, compute, pace);
    const reading = making && readingOf(stage, making, arrangement);
    if (reading === null) throw new Error(`this layer makes no such ${stage.name}`); // it was read so before
    const all = await reading.making.all();
    const frame = frames[stage.name];
    const [offset, digits] = [movedTo(seat, frame, sizes), digitsOf(arrangement, reading.sizes)];
    const { dtype, shape, data } = stage.tensor;
    const [expected, made] = [computeArray(dtype, data.length), computeArray("float64", data.length)];
    for await (const [from, to] of pace.stretches(elementCount(shape), STRETCH))
      for (let i = from; i < to; i++) {
        const at = offset(i);
        expected[i] = data[at];
        made[i] = all(digits(at))[0];
      }
    const framed = shapeOf(frame, sizes);
    return { expected: tensor(dtype, framed, expected), made: tensor("float64", framed, made) };
  };
}
