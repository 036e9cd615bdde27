import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { type Values, permuted, readNpz } from "./npz";

/** test/fixtures/pytorch: made by its make.py. */
export const goldenFolder = new URL("../../fixtures/pytorch/", import.meta.url);

/** A layer file as it stands in layers.json. Paths are relative to the fixtures' folder. */
export interface GoldenLayer extends Partial<ConvSpec> {
  readonly input: string;
  readonly weight: string;
  readonly bias?: string;
  readonly dout: string;
  readonly layout?: { readonly input: string; readonly weight: string; readonly output?: string };
  readonly expected: Partial<Record<ResultName, string>>;
}

/**
 * integer: small whole numbers, every sum exact. real: normal deviates. special: with NaN or infinities in it.
 * exact32: out and dx are single float32 products, overflowing or subnormal.
 */
export type Fill = "integer" | "real" | "special" | "exact32";
export type ResultName = "out" | "dx" | "dW" | "db";
export const resultNames = ["out", "dx", "dW", "db"] as const;

export interface Golden {
  readonly name: string;
  readonly fill: Fill;
  readonly layer: GoldenLayer;
}

// Made by make.py, in just this form.
export const goldens = fixture("layers.json") as Golden[];

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, goldenFolder), "utf8"));
}

export interface LoadedGolden {
  readonly geometry: Geometry;
  /** NCHW and OIHW, whatever the layout in which they are stored. */
  readonly x: Values;
  readonly W: Values;
  readonly b: Values | null;
  readonly dout: Values;
  /** As make.py computed them, in float64. */
  readonly expected: Partial<Record<ResultName, Values>>;
}

export function load({ layer }: Golden): LoadedGolden {
  const arrays = readNpz(readFileSync(new URL(layer.input.split("#")[0], goldenFolder)));
  const { input = "NCHW", weight = "OIHW", output = input } = layer.layout ?? {};
  const x = canonical(arrays.x, input, "NCHW");
  const W = canonical(arrays.W, weight, "OIHW");
  const b = layer.bias === undefined ? null : arrays.b;
  const geometry = geometryOf(x.shape, W.shape, b?.shape ?? null, specOf(layer));
  const orders: Record<ResultName, readonly [string, string]> = {
    out: [output, "NCHW"],
    dx: [input, "NCHW"],
    dW: [weight, "OIHW"],
    db: ["F", "F"],
  };
  const expected: Partial<Record<ResultName, Values>> = {};
  for (const name of resultNames)
    if (layer.expected[name] !== undefined) expected[name] = canonical(arrays[name], ...orders[name]);
  return { geometry, x, W, b, dout: canonical(arrays.dout, output, "NCHW"), expected };
}

export function specOf({ stride, padding, paddingMode, dilation, groups }: Partial<ConvSpec>): ConvSpec {
  const given = Object.entries({ stride, padding, paddingMode, dilation, groups });
  return { ...defaultSpec, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

/** An array stored with the axes `layout`, as one with the axes `wanted`. */
export function canonical(value: Values, layout: string, wanted: string): Values {
  const order = Array.from(wanted, (axis) => layout.indexOf(axis));
  return {
    ...value,
    shape: order.map((axis) => value.shape[axis]),
    data: permuted(value.shape, value.data, order),
  };
}

/**
 * Element by element: NaN where NaN is expected, infinities alike, else |actual − expected| <= allowed(i).
 * Returns the largest |error| / allowed that was met.
 */
export function assertWithin(
  label: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed: (i: number) => number,
): number {
  assert.equal(actual.length, expected.length, `${label}: number of elements`);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const error = Math.abs(a - e);
    if (!Number.isFinite(e) || !(error <= allowed(i)))
      assert.fail(`${label}: element ${i} is ${a}, expected ${e}, allowed error ${allowed(i)}`);
    worst = Math.max(worst, error / allowed(i));
  }
  return worst;
}

/** Absolute values of finite elements, 0 for the others: what error bounds are made of. */
export function magnitudes(data: ArrayLike<number>): Float64Array {
  return Float64Array.from(data, (value) => (Number.isFinite(value) ? Math.abs(value) : 0));
}
