import assert from "node:assert/strict";
import type { Axis, Geometry } from "../../src/conv/geometry";
import { referenceBackward, referenceForward } from "../../src/conv/reference";
import { meetings } from "../../src/conv/receptive";
import { BLOCK, type RunInputs } from "../../src/conv/run";
import type { ComputeData, ComputeDtype } from "../../src/tensor/dtype";
import { type Cells, type ResultName, resultNames } from "./replay";

/** The definition's results in float64, and for each Σ|x·w| + |b|: of which a rounding error is a part. */
export interface Definition {
  readonly cells: Cells;
  readonly sizes: Cells;
}

/** `dout` as in a run: never null. */
export function definitionOf({ geometry: g, x, W, b }: RunInputs, dout: ComputeData): Definition {
  const cells = (x: ComputeData, W: ComputeData, b: ComputeData | null, dout: ComputeData): Cells => {
    const { dW, db, dx } = referenceBackward(g, x, W, dout);
    return { out: referenceForward(g, x, W, b).data, db: db.data, dW: dW.data, dx: dx.data };
  };
  const size = (data: ComputeData) => data.map(Math.abs);
  return {
    cells: cells(x.data, W.data, b?.data ?? null, dout),
    sizes: cells(size(x.data), size(W.data), b === null ? null : size(b.data), size(dout)),
  };
}

/** 16·u. In float64 the definition's own plain sums are no better than what they are to judge. */
const granted = { float32: 16 * 2 ** -24, float64: 1e-12 } as const satisfies Record<ComputeDtype, number>;
/** What the roundings of a sum of some ten thousand products may amount to where all is subnormal. */
const nothing = { float32: 2 ** -134, float64: 2 ** -1059 } as const satisfies Record<ComputeDtype, number>;

/**
 * How many u of Σ|x·w| + |b| an error may be. Where padding copies cells, two results can have more than 16. One cell of x that a
 * whole dW sees, times a dout of ones: equal summands, rounded the same way at each step. And a cell of dx that many windows
 * see: its sum has no blocks. There it is what no sum of so many roundings can exceed.
 */
export function allowedUnits(g: Geometry, withDout: boolean): Readonly<Record<ResultName, number>> {
  const usual = { out: 16, db: 16, dW: 16, dx: 16 };
  if (g.paddingMode === "zeros") return usual;
  const depth = (K: number) => Math.max(16, Math.min(K, BLOCK) + Math.ceil(K / BLOCK));
  const windows = (axis: Axis) =>
    Math.max(...Array.from({ length: axis.size }, (_, i) => meetings(axis, g.paddingMode, i).length));
  const dx = depth(g.groupFilters) + windows(g.y) * windows(g.x);
  return withDout ? { ...usual, dx } : { ...usual, dx, dW: depth(g.rows) };
}

/**
 * The largest error of each result as a part of 16·u·(Σ|x·w| + |b|). Fails beyond `units` of u.
 */
export function worstShares(
  actual: Cells,
  { cells, sizes }: Definition,
  dtype: ComputeDtype,
  units: Readonly<Record<ResultName, number>>,
): Readonly<Record<ResultName, number>> {
  const worst = (name: ResultName) => {
    let most = 0;
    for (let i = 0; i < cells[name].length; i++) {
      const error = Math.abs(actual[name][i] - cells[name][i]);
      const allowed = granted[dtype] * sizes[name][i] + nothing[dtype];
      if (!(error <= (allowed * units[name]) / 16))
        assert.fail(`${name}[${i}] is ${actual[name][i]}, in float64 ${cells[name][i]}; allowed error ${allowed}`);
      most = Math.max(most, error / allowed);
    }
    return most;
  };
  return { out: worst("out"), db: worst("db"), dW: worst("dW"), dx: worst("dx") };
}

/**
 * Where there are infinities and NaN: what is NaN by definition is NaN; what is infinite is so too, or NaN if another part of
 * the sum overflowed the other way. Doubles do not overflow on floats, so this says nothing about float64.
 */
export function assertSameKinds(actual: Cells, { cells }: Definition): void {
  for (const name of resultNames)
    cells[name].forEach((value, i) => {
      const found = actual[name][i];
      if (Number.isNaN(value) ? !Number.isNaN(found) : !Number.isFinite(value) && !(found === value || found !== found))
        assert.fail(`${name}[${i}] is ${found}, by definition ${value}`);
    });
}

/** Sums of whole numbers below 2²⁴: no error at all. */
export function assertExact(actual: Cells, { cells }: Definition): void {
  for (const name of resultNames)
    cells[name].forEach((value, i) => {
      if (actual[name][i] !== value) assert.fail(`${name}[${i}] is ${actual[name][i]}, exactly ${value}`);
    });
}
