import type { ResultName } from "../conv/passes";
import type { Hypothesis } from "./hypotheses/hypothesis";
import { type Model, sameShape } from "./model";

/** One hypothesis, or two at once, and the layer as it was then. */
export interface Supposition {
  readonly causes: readonly Hypothesis[];
  readonly model: Model;
  /** Those with the same key come to the same layer: other names for the same settings. */
  readonly key: string;
  /** For each result what a supposition came to that makes the same of it, if that is known: null where none does. */
  readonly like: (name: ResultName) => Supposition | null;
}

export function singlesOf(base: Model, hypotheses: readonly Hypothesis[]): Supposition[] {
  return hypotheses.flatMap((hypothesis) => {
    const model = hypothesis.change(base);
    return model === null ? [] : [supposed(base, [hypothesis], model, () => null)];
  });
}

/** Any two of different families, in the order in which a layer is made; in the other one, too, where that may matter. */
export function* pairsOf(base: Model, singles: readonly Supposition[]): Generator<Supposition> {
  for (const [i, first] of singles.entries())
    for (const second of singles.slice(i + 1)) {
      const causes = [first.causes[0], second.causes[0]];
      if (causes[0].family === causes[1].family) continue;
      // What one of them leaves alone is as the other one alone has it; but which cells a ReLU masks depends on everything.
      const like = (name: ResultName) =>
        causes.some(({ family }) => family === "relu")
          ? null
          : !touches(base, second.model, name)
            ? first
            : !touches(base, first.model, name)
              ? second
              : null;
      const orders = meet(base, first.model, second.model) ? [causes, [causes[1], causes[0]]] : [causes];
      for (const [inner, outer] of orders) {
        const changed = inner.change(base);
        const model = changed && outer.change(changed);
        if (model !== null) yield supposed(base, [inner, outer], model, like);
      }
    }
}

function supposed(base: Model, causes: readonly Hypothesis[], model: Model, like: Supposition["like"]): Supposition {
  const others = causes.filter(({ change }) => {
    const alone = change(base);
    return alone === null || !sameBut(base, alone);
  });
  return { causes, model, like, key: `${others.map(({ id }) => id).join()} ${JSON.stringify(model.settings)}` };
}

/** Whether nothing but the settings differs. */
function sameBut(base: Model, model: Model): boolean {
  const parts = Object.keys(model) as (keyof Model)[]; // its own
  return parts.every((part) => part === "settings" || model[part] === base[part]);
}

/** Whether both change the same part of the layer, or one the sizes from which the other's settings come. */
function meet(base: Model, a: Model, b: Model): boolean {
  const both = (part: (model: Model) => unknown) => part(a) !== part(base) && part(b) !== part(base);
  const sizes = (one: Model, other: Model) => resized(base, one) && other.settings !== base.settings;
  return (
    both(({ x }) => x) ||
    both(({ W }) => W) ||
    both(({ b }) => b) ||
    both(({ finish }) => finish.out) ||
    both(({ start }) => start.dx) ||
    both(({ settings }) => settings) ||
    sizes(a, b) ||
    sizes(b, a)
  );
}

function resized(base: Model, model: Model): boolean {
  return !sameShape(model.x.shape, base.x.shape) || !sameShape(model.W.shape, base.W.shape);
}

/** Whether a change of the layer can show in this result at all. */
export function touches(base: Model, model: Model, name: ResultName): boolean {
  const differs = (part: (model: Model) => unknown) => part(model) !== part(base);
  if (
    resized(base, model) ||
    differs(({ settings }) => settings) ||
    differs(({ coarse }) => coarse) ||
    differs(({ finish }) => finish[name])
  )
    return true;
  if (name === "out") return [({ x }: Model) => x, ({ W }: Model) => W, ({ b }: Model) => b, skips].some(differs);
  if (differs(({ dout }) => dout) || differs(({ start }) => start[name])) return true;
  if (name === "dx") return differs(({ W }) => W) || differs(({ scatter }) => scatter);
  return name === "dW" && differs(({ x }) => x);
}

function skips({ skipsPadding }: Model): boolean {
  return skipsPadding;
}
