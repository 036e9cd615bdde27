import type { Geometry } from "../../src/conv/geometry";
import type { Tensor } from "../../src/tensor/tensor";
import { type ResultName, resultNames } from "./protocol";
import type { Results } from "./tensors";

/** Summands of one element of a result. */
const summands = (g: Geometry): Readonly<Record<ResultName, number>> => ({
  out: g.groupTaps + 1,
  dx: g.groupFilters * g.y.kernel * g.x.kernel,
  dW: g.rows,
  db: g.rows,
});

/** The largest difference, as a share of what is allowed. A value that is no number is infinitely wrong. */
export function distance(a: Tensor, b: Tensor, allowed: number): number {
  if (a.data.length !== b.data.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    const apart = Math.abs(Number(a.data[i]) - Number(b.data[i]));
    if (!(apart <= worst)) worst = Number.isNaN(apart) ? Infinity : apart;
  }
  return worst / allowed;
}

/**
 * Whether two engines have computed the same layer. Inputs are even in [−1, 1], so K products are of the size of K/4 together;
 * each engine may be off by 16·u of that, u = 2⁻²⁴. What lies beyond computes something else, and is not measured.
 */
export function checkAgreement(name: string, g: Geometry, ours: Results, theirs: Results): void {
  const counts = summands(g);
  for (const result of resultNames) {
    const [a, b] = [ours[result], theirs[result]];
    if (a === undefined || b === undefined) continue;
    const apart = distance(a, b, 2 * 16 * 2 ** -24 * (counts[result] / 4 + 1));
    if (!(apart <= 1))
      throw new Error(`${name}: ${result} is ${apart.toPrecision(3)} × as far from ours as rounding explains`);
  }
}
