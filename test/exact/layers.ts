// Random layers over all settings, small enough for every cell to be replayed, with what their tensors are filled with.
import fc from "fast-check";
import { type Geometry, biasShape, geometryOf, outShape, weightShape, xShape } from "../../src/conv/geometry";
import type { RunInputs } from "../../src/conv/run";
import { type PaddingMode, paddingModes } from "../../src/conv/spec";
import { type ComputeDtype, computeArray } from "../../src/tensor/dtype";
import { type ComputeTensor, elementCount, shapeText, tensor } from "../../src/tensor/tensor";
import { type Fill, fills, generator, valuesOf } from "./fills";

/** Beside threads and the host: computed in tiles that a small memory forces, or without WASM. */
export type Extra = "none" | "tiles" | "threaded tiles" | "scalar";

export interface Case {
  readonly geometry: Geometry;
  readonly dtype: ComputeDtype;
  readonly fill: Fill;
  readonly withDout: boolean;
  readonly seed: number;
  readonly extra: Extra;
  /** Where between the least memory in which the layer can be computed and all of it the limit lies, for tiles. */
  readonly share: number;
}

/** A number from 0 to 1, all parts of the range alike. */
const thousandths = fc.noBias(fc.integer({ min: 0, max: 1000 })).map((n) => n / 1000);
const upTo = (max: number, min = 1) => fc.integer({ min, max });
/** Mostly little padding, sometimes more than the kernel spans: windows that see nothing of x. */
const padding = fc.oneof({ weight: 3, arbitrary: upTo(3, 0) }, { weight: 1, arbitrary: upTo(12, 0) });
const axis = fc.record({
  size: fc.oneof({ weight: 4, arbitrary: upTo(16) }, { weight: 1, arbitrary: upTo(40) }),
  kernel: fc.oneof(upTo(3), upTo(7)),
  stride: fc.oneof(fc.constant(1), upTo(4)),
  dilation: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: upTo(3) }),
  begin: padding,
  end: padding,
});
type AxisPlan = typeof axis extends fc.Arbitrary<infer T> ? T : never;

/** Lengths of a sum: about the borders of blocks (128), of the panels and passes around them (192, 256), and anything. */
const length = fc.oneof(
  fc
    .tuple(fc.constantFrom(128, 128, 128, 192, 256, 256, 384, 512), upTo(2, -2))
    .map(([border, offset]) => border + offset),
  upTo(700),
);
/** Which sum is of that length: of out (taps), of dW and db (rows), or of dcol (filters). */
const kinds = ["small", "small", "depthwise", "depthwise", "taps", "rows", "filters", "1×1"] as const;

const plan = fc.record({
  kind: fc.constantFrom(...kinds),
  length,
  batch: fc.oneof({ weight: 3, arbitrary: upTo(2) }, { weight: 1, arbitrary: upTo(5) }),
  groups: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: upTo(6) }),
  manyGroups: upTo(40),
  groupChannels: upTo(12),
  groupFilters: upTo(20),
  multiplier: upTo(4),
  stretch: fc.constantFrom<"none" | "tall" | "wide">("none", "none", "none", "tall", "wide"),
  mode: fc.constantFrom<PaddingMode>("zeros", "zeros", ...paddingModes),
  y: axis,
  x: axis,
  bias: fc.boolean(),
  /** How large the layer may be, from some hundred products to MOST_PRODUCTS. */
  size: thousandths,
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Threads that start anew for one layer take longer than all the rest. */
const extra: fc.Arbitrary<Extra> = fc.oneof(
  { weight: 55, arbitrary: fc.constant("none") },
  { weight: 30, arbitrary: fc.constant("tiles") },
  { weight: 12, arbitrary: fc.constant("scalar") },
  { weight: 3, arbitrary: fc.constant("threaded tiles") },
);

export const casesOf = (dtype: ComputeDtype): fc.Arbitrary<Case> =>
  fc
    .record({
      geometry: plan.map(geometryFor),
      dtype: fc.constant(dtype),
      fill: fc.constantFrom<Fill>(...fills),
      withDout: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      seed: fc.integer(),
      extra: extra,
      share: thousandths,
    })
    .map((one) => Object.assign(one, { toString: () => describeCase(one) }));

/** The counts of a plan, as they shrink to fit the number of products. */
interface Sizes {
  batch: number;
  groups: number;
  groupChannels: number;
  groupFilters: number;
  height: number;
  width: number;
}

function geometryFor(drawn: Plan): Geometry {
  const { kind, mode, bias, stretch } = drawn;
  const point = kind === "1×1" ? { kernel: 1, dilation: 1 } : {};
  const still = kind === "1×1" && drawn.length % 2 === 0 ? { stride: 1, begin: 0, end: 0 } : {};
  const [y, x] = [drawn.y, drawn.x].map((one): AxisPlan => ({ ...one, ...point, ...still }));
  const window = y.kernel * x.kernel;
  const sizes: Sizes = {
    batch: drawn.batch,
    groups: kind === "depthwise" ? drawn.manyGroups : drawn.groups,
    groupChannels: kind === "depthwise" ? 1 : kind === "taps" ? Math.ceil(drawn.length / window) : drawn.groupChannels,
    groupFilters: kind === "depthwise" ? drawn.multiplier : kind === "filters" ? drawn.length : drawn.groupFilters,
    height: stretch === "tall" ? y.size * 8 : stretch === "wide" ? Math.min(3, y.size) : y.size,
    width: stretch === "wide" ? x.size * 8 : stretch === "tall" ? Math.min(3, x.size) : x.size,
  };
  // What gives the sum its length is not made smaller, whatever it costs.
  const kept = { taps: "groupChannels", filters: "groupFilters", rows: "width" } as const;
  const keeps = kind in kept ? kept[kind as keyof typeof kept] : null; // just asked
  const make = () => {
    const height = fitted({ ...y, size: sizes.height }, mode);
    const wide = kind === "rows" ? wideEnough(x, Math.ceil(drawn.length / (sizes.batch * outOf(height)))) : sizes.width;
    const width = fitted({ ...x, size: wide }, mode);
    const filters = sizes.groups * sizes.groupFilters;
    return geometryOf(
      [sizes.batch, sizes.groups * sizes.groupChannels, height.size, width.size],
      [filters, sizes.groupChannels, height.kernel, width.kernel],
      bias ? [filters] : null,
      {
        stride: [height.stride, width.stride],
        dilation: [height.dilation, width.dilation],
        padding: [
          [height.begin, height.end],
          [width.begin, width.end],
        ],
        paddingMode: mode,
        groups: sizes.groups,
      },
    );
  };
  for (;;) {
    const g = make();
    const names = (Object.keys(sizes) as (keyof Sizes)[]).filter((name) => name !== keeps); // the keys of Sizes
    const largest = names.reduce((a, b) => (sizes[b] > sizes[a] ? b : a));
    if (g.rows * g.filters * g.groupTaps <= 2 ** (8 + 8 * drawn.size) || sizes[largest] === 1) return g;
    sizes[largest] = Math.floor(sizes[largest] * 0.7);
  }
}

/** Padding within what the mode allows, the size at least what the kernel spans. */
function fitted(one: AxisPlan, mode: PaddingMode): AxisPlan {
  const most = mode === "reflect" ? one.size - 1 : mode === "circular" ? one.size : Infinity;
  const [begin, end] = [Math.min(one.begin, most), Math.min(one.end, most)];
  return { ...one, begin, end, size: Math.max(one.size, extentOf(one) - begin - end) };
}

const extentOf = ({ kernel, dilation }: AxisPlan) => dilation * (kernel - 1) + 1;
const outOf = (one: AxisPlan) => Math.floor((one.size + one.begin + one.end - extentOf(one)) / one.stride) + 1;
/** The size at which an axis has `out` windows, if the mode leaves it its padding. */
const wideEnough = (one: AxisPlan, out: number) =>
  Math.max(1, (out - 1) * one.stride + extentOf(one) - one.begin - one.end);

export function inputsOf({ geometry, dtype, fill, withDout, seed }: Omit<Case, "extra" | "share">): RunInputs {
  const next = generator(seed);
  const filled = (shape: readonly number[]): ComputeTensor => {
    const data = computeArray(dtype, elementCount(shape));
    const value = valuesOf(fill, dtype, data.length, next);
    for (let i = 0; i < data.length; i++) data[i] = value();
    return tensor(dtype, shape, data);
  };
  return {
    geometry,
    x: filled(xShape(geometry)),
    W: filled(weightShape(geometry)),
    b: geometry.hasBias ? filled(biasShape(geometry)) : null,
    dout: withDout ? filled(outShape(geometry)) : null,
  };
}

function describeCase({ geometry: g, dtype, fill, withDout, seed, extra, share }: Case): string {
  const axes = [g.y, g.x].map(
    (one) =>
      `kernel ${one.kernel} stride ${one.stride} dilation ${one.dilation} padding ${one.begin}+${one.end} out ${one.out}`,
  );
  return [
    `x ${shapeText(xShape(g))}, W ${shapeText(weightShape(g))}, groups ${g.groups}, ${g.hasBias ? "bias" : "no bias"}`,
    `${g.paddingMode}, height: ${axes[0]}, width: ${axes[1]}`,
    `${dtype}, fill ${fill}, seed ${seed}, dout ${withDout ? "given" : "ones"}, extra: ${extra}, share ${share}`,
  ].join("; ");
}
