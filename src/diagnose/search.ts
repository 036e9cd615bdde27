import type { Hypothesis } from "./hypotheses/hypothesis";
import type { Model } from "./model";

/** One hypothesis, or two at once, and the layer as it was then. */
export interface Supposition {
  readonly causes: readonly Hypothesis[];
  readonly model: Model;
}

export function singlesOf(base: Model, hypotheses: readonly Hypothesis[]): Supposition[] {
  return hypotheses.flatMap((hypothesis) => {
    const model = hypothesis.change(base);
    return model === null ? [] : [{ causes: [hypothesis], model }];
  });
}

/** Any two of different families, in the order in which a layer is made; in the other one, too, where that may matter. */
export function* pairsOf(base: Model, singles: readonly Supposition[]): Generator<Supposition> {
  for (const [i, first] of singles.entries())
    for (const second of singles.slice(i + 1)) {
      const causes = [first.causes[0], second.causes[0]];
      if (causes[0].family === causes[1].family) continue;
      const orders = meet(base, first.model, second.model) ? [causes, [causes[1], causes[0]]] : [causes];
      for (const [inner, outer] of orders) {
        const changed = inner.change(base);
        const model = changed && outer.change(changed);
        if (model !== null) yield { causes, model };
      }
    }
}

/** Whether both change the same part of the layer. */
function meet(base: Model, a: Model, b: Model): boolean {
  const both = (part: (model: Model) => unknown) => part(a) !== part(base) && part(b) !== part(base);
  return (
    both(({ x }) => x) ||
    both(({ W }) => W) ||
    both(({ b }) => b) ||
    both(({ finish }) => finish.out) ||
    both(({ start }) => start.dx) ||
    both(({ settings }) => settings)
  );
}
