// The arithmetic contract of src/conv/run.ts, cell by cell, in the plainest loops there are: what the engine must equal to the bit.
import { colValue, rowAt, sourceOffset, tapAt } from "../../../src/conv/columns";
import { type Geometry, biasShape } from "../../../src/conv/geometry";
import type { Arithmetic, RunInputs } from "../../../src/conv/run";
import { type ComputeData, computeArray, rounder } from "../../../src/tensor/dtype";
import { elementCount } from "../../../src/tensor/tensor";
import { fma32, fma64 } from "./fma";

export interface Cells {
  readonly out: ComputeData;
  readonly dW: ComputeData;
  readonly db: ComputeData;
  readonly dx: ComputeData;
}

export function byContract({ geometry: g, x, W, b, dout }: RunInputs, { dtype, fused, block }: Arithmetic): Cells {
  const round = rounder(dtype);
  const fma = dtype === "float32" ? fma32 : fma64;
  const step = (sum: number, p: number, q: number) => (fused ? fma(p, q, sum) : round(sum + round(p * q)));
  /** Σ over k in blocks; `term` takes a running sum one step on. */
  const blocks = (K: number, term: (sum: number, k: number) => number) => {
    let total = 0;
    for (let from = 0; from < K; from += block) {
      let sum = 0;
      for (let k = from; k < Math.min(K, from + block); k++) sum = term(sum, k);
      total = from === 0 ? sum : round(total + sum);
    }
    return total;
  };
  const plane = g.y.out * g.x.out;
  /** Position of (row, f) in out. */
  const at = (row: number, f: number) => (Math.floor(row / plane) * g.filters + f) * plane + (row % plane);
  const doutAt = (row: number, f: number) => (dout === null ? 1 : dout.data[at(row, f)]);
  /** The first tap of f's group. */
  const firstTap = (f: number) => Math.floor(f / g.groupFilters) * g.groupTaps;

  const out = computeArray(dtype, g.rows * g.filters);
  const dW = computeArray(dtype, W.data.length);
  const db = computeArray(dtype, elementCount(biasShape(g)));
  for (let f = 0; f < g.filters; f++) {
    for (let row = 0; row < g.rows; row++) {
      const sum = blocks(g.groupTaps, (s, k) =>
        step(s, colValue(g, x.data, row, firstTap(f) + k), W.data[f * g.groupTaps + k]),
      );
      out[at(row, f)] = b === null ? sum : round(sum + b.data[f]);
    }
    for (let k = 0; k < g.groupTaps; k++)
      dW[f * g.groupTaps + k] = blocks(g.rows, (s, row) =>
        step(s, doutAt(row, f), colValue(g, x.data, row, firstTap(f) + k)),
      );
    db[f] = blocks(g.rows, (s, row) => round(s + doutAt(row, f)));
  }
  return { out, dW, db, dx: scattered(g, dtype, x.data.length, dcolAt) };

  function dcolAt(row: number, tap: number): number {
    const group = Math.floor(tap / g.groupTaps);
    const first = group * g.groupFilters;
    return blocks(g.groupFilters, (s, i) =>
      step(s, doutAt(row, first + i), W.data[(first + i) * g.groupTaps + (tap % g.groupTaps)]),
    );
  }
}

/** Rows and taps ascending: for each cell of dx the order (oy, ox, ky, kx). */
function scattered(
  g: Geometry,
  dtype: Arithmetic["dtype"],
  length: number,
  dcolAt: (row: number, tap: number) => number,
): ComputeData {
  const round = rounder(dtype);
  const dx = computeArray(dtype, length);
  for (let row = 0; row < g.rows; row++)
    for (let tap = 0; tap < g.taps; tap++) {
      const cell = sourceOffset(g, rowAt(g, row), tapAt(g, tap));
      if (cell >= 0) dx[cell] = round(dx[cell] + dcolAt(row, tap));
    }
  return dx;
}
