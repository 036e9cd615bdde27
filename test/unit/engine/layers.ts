// Random layers, small enough to be computed cell by cell.
import fc from "fast-check";
import { type Geometry, biasShape, geometryOf, outShape, weightShape, xShape } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { type PaddingMode, paddingModes } from "../../../src/conv/spec";
import { type ComputeDtype, computeArray } from "../../../src/tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../../../src/tensor/tensor";

/** What the tensors are filled with. "wild" has zeros of both signs, subnormals, infinities and NaN among the numbers. */
export type Fill = "real" | "integer" | "wild";

/** A small generator of 32-bit numbers (mulberry32): the same seed, the same layer. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rarities = [0, -0, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -140), 3e38, -3e38];

function valueOf(fill: Fill, next: () => number): number {
  if (fill === "integer") return Math.floor(next() * 7) - 3;
  if (fill === "wild" && next() < 0.02) return rarities[Math.floor(next() * rarities.length)];
  return next() * 2 - 1;
}

export function filled(dtype: ComputeDtype, shape: readonly number[], fill: Fill, next: () => number): ComputeTensor {
  const data = computeArray(dtype, elementCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = valueOf(fill, next);
  return tensor(dtype, shape, data);
}

export function inputsOf(geometry: Geometry, dtype: ComputeDtype, fill: Fill, seed: number): RunInputs {
  const next = random(seed);
  return {
    geometry,
    x: filled(dtype, xShape(geometry), fill, next),
    W: filled(dtype, weightShape(geometry), fill, next),
    b: geometry.hasBias ? filled(dtype, biasShape(geometry), fill, next) : null,
    dout: filled(dtype, outShape(geometry), fill, next),
  };
}

export interface AxisPlan {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
}

const axis: fc.Arbitrary<AxisPlan> = fc.record({
  size: fc.integer({ min: 1, max: 14 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  begin: fc.integer({ min: 0, max: 3 }),
  end: fc.integer({ min: 0, max: 3 }),
});

/** Padding within what the mode allows, the size at least what the kernel spans. */
function fitted(plan: AxisPlan, mode: PaddingMode): AxisPlan {
  const extent = plan.dilation * (plan.kernel - 1) + 1;
  const most = mode === "reflect" ? plan.size - 1 : mode === "circular" ? plan.size : Infinity;
  const [begin, end] = [Math.min(plan.begin, most), Math.min(plan.end, most)];
  return { ...plan, begin, end, size: Math.max(plan.size, extent - begin - end) };
}

interface Counts {
  readonly batch: number;
  readonly groups: number;
  readonly groupChannels: number;
  readonly groupFilters: number;
  /** Cells by which both axes are longer than drawn. */
  readonly longer: number;
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const counts = (batch: number, channels: number, filters: number, longer: number): fc.Arbitrary<Counts> =>
  fc.record({
    batch: fc.oneof({ weight: 9, arbitrary: upTo(batch) }, { weight: 1, arbitrary: fc.constant(0) }),
    groups: fc.constantFrom(1, 1, 1, 2, 3),
    groupChannels: upTo(channels),
    groupFilters: upTo(filters),
    longer: upTo(longer, 0),
  });

/** Of every kind of sum some that take more than one block of 256. */
const regimes = fc.oneof(
  counts(4, 9, 15, 0),
  counts(2, 120, 8, 0), // long sums of out
  counts(4, 2, 3, 30), // long sums of dW and db
  counts(1, 2, 600, 0), // long sums of dcol
);

const shapes = fc.record({
  counts: regimes,
  mode: fc.constantFrom(...paddingModes, "zeros" as const),
  y: axis,
  x: axis,
  bias: fc.boolean(),
});

/** Layers of at most `products` products in the forward pass. */
export function layers(products: number): fc.Arbitrary<Geometry> {
  return shapes
    .map(({ counts: { batch, groups, groupChannels, groupFilters, longer }, mode, bias, ...plans }) => {
      const [y, x] = [plans.y, plans.x].map((plan) => fitted({ ...plan, size: plan.size + longer }, mode));
      const filters = groups * groupFilters;
      return geometryOf(
        [batch, groups * groupChannels, y.size, x.size],
        [filters, groupChannels, y.kernel, x.kernel],
        bias ? [filters] : null,
        {
          stride: [y.stride, x.stride],
          dilation: [y.dilation, x.dilation],
          padding: [
            [y.begin, y.end],
            [x.begin, x.end],
          ],
          paddingMode: mode,
          groups,
        },
      );
    })
    .filter((g) => g.rows * g.filters * g.groupTaps <= products);
}
