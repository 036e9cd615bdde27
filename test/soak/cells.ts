// Single cells of a layer's results by their definition, in float64: for layers of which nobody can compute all twice.
import assert from "node:assert/strict";
import { colValue, rowOf, tapOf } from "../../src/conv/columns";
import { biasShape, outShape, weightShape, xShape } from "../../src/conv/geometry";
import { usesOf } from "../../src/conv/receptive";
import type { Run } from "../../src/conv/run";
import { indexAt, offsetOf } from "../../src/tensor/tensor";

/** A sum, and Σ|product| + |bias|. */
interface Sum {
  readonly value: number;
  readonly size: number;
}

function sumOf(bias: number, products: Iterable<number>): Sum {
  let [value, size] = [0, Math.abs(bias)];
  for (const product of products) {
    value += product;
    size += Math.abs(product);
  }
  return { value: value + bias, size };
}

const definitions = {
  *out(run: Run, [n, f, oy, ox]: readonly number[]) {
    const { geometry: g, tensors } = run;
    const row = rowOf(g, { n, oy, ox });
    const firstTap = Math.floor(f / g.groupFilters) * g.groupTaps;
    for (let k = 0; k < g.groupTaps; k++)
      yield colValue(g, tensors.x.data, row, firstTap + k) * tensors.W.data[f * g.groupTaps + k];
  },
  *dW(run: Run, [f, c, ky, kx]: readonly number[]) {
    const { geometry: g, tensors } = run;
    const tap = tapOf(g, { c: Math.floor(f / g.groupFilters) * g.groupChannels + c, ky, kx });
    for (let row = 0; row < g.rows; row++)
      yield tensors.dout.data[inOut(run, row, f)] * colValue(g, tensors.x.data, row, tap);
  },
  *db(run: Run, [f]: readonly number[]) {
    for (let row = 0; row < run.geometry.rows; row++) yield run.tensors.dout.data[inOut(run, row, f)];
  },
  *dx(run: Run, [n, c, iy, ix]: readonly number[]) {
    const { geometry: g, tensors } = run;
    const group = Math.floor(c / g.groupChannels);
    for (const { oy, ox, ky, kx } of usesOf(g, iy, ix)) {
      const tap = tapOf(g, { c: c % g.groupChannels, ky, kx });
      for (let f = group * g.groupFilters; f < (group + 1) * g.groupFilters; f++)
        yield tensors.dout.data[offsetOf(outShape(g), [n, f, oy, ox])] * tensors.W.data[f * g.groupTaps + tap];
    }
  },
} as const;
export type Checked = keyof typeof definitions;

const shapes = { out: outShape, dW: weightShape, db: biasShape, dx: xShape } as const;

/** The error of the element at `offset` of a result, as a part of 16·u·(Σ|x·w| + |b|). Fails beyond 1. float32. */
export function errorAt(run: Run, name: Checked, offset: number): number {
  const index = indexAt(shapes[name](run.geometry), offset);
  const bias = name === "out" ? (run.tensors.b?.data[index[1]] ?? 0) : 0;
  const { value, size } = sumOf(bias, definitions[name](run, index));
  const found = run.tensors[name].data[offset];
  const share = Math.abs(found - value) / (16 * 2 ** -24 * size);
  assert.ok(size === 0 ? found === 0 : share <= 1, `${name}[${index.join()}] is ${found}, by definition ${value}`);
  return size === 0 ? 0 : share;
}

function inOut({ geometry: g }: Run, row: number, f: number): number {
  const plane = g.y.out * g.x.out;
  return (Math.floor(row / plane) * g.filters + f) * plane + (row % plane);
}

/** Numbers from −1 to 1 that differ from cell to cell, fast enough for a billion of them. */
export function scramble(data: Float32Array | Float64Array, salt: number): void {
  for (let i = 0; i < data.length; i++) {
    let h = Math.imul(i ^ salt, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    data[i] = (h ^ (h >>> 13)) * 2 ** -31;
  }
}
