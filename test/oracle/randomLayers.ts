import { type Geometry, biasShape, geometryOf, outShape, weightShape, xShape } from "../../src/conv/geometry";
import { meetings } from "../../src/conv/receptive";
import type { RunInputs } from "../../src/conv/run";
import { type ConvSpec, type Padding, type PaddingMode, type Pair, paddingModes } from "../../src/conv/spec";
import { type ComputeDtype, computeArray } from "../../src/tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../../src/tensor/tensor";

/** integer: whole numbers whose sums all stay below 2²⁴. real: normal deviates. positive: like an image after a ReLU. */
export type Fill = "integer" | "real" | "positive";

export interface RandomLayer {
  readonly fill: Fill;
  readonly spec: ConvSpec;
  readonly inputs: RunInputs & { readonly dout: ComputeTensor };
}

/** Mulberry32: the same layers for the same seed, everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** In [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number from least to most. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }
  chance(probability: number): boolean {
    return this.unit() < probability;
  }
  one<T>(...choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)];
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

/** Multiply-adds of one forward pass: keeps a layer to some milliseconds. */
const MOST_PRODUCTS = 2 ** 23;
/** From here on the engine uses threads; so must a good part of the layers. */
const WORTH_THREADS = 2 ** 21;

export function randomLayer(r: Random): RandomLayer {
  const threaded = r.chance(0.25);
  for (;;) {
    const spec = randomSpec(r);
    const geometry = possible(threaded ? largeShapes(r, spec) : randomShapes(r, spec), spec);
    if (geometry === null) continue;
    const products = geometry.rows * geometry.filters * geometry.groupTaps;
    if (products <= MOST_PRODUCTS && (!threaded || products >= WORTH_THREADS)) return filled(r, geometry, spec);
  }
}

interface Shapes {
  readonly x: number[];
  readonly W: number[];
  readonly bias: boolean;
}

/** null for what cannot be; which layers cannot be is tested elsewhere. */
function possible({ x, W, bias }: Shapes, spec: ConvSpec): Geometry | null {
  try {
    return geometryOf(x, W, bias ? [W[0]] : null, spec);
  } catch {
    return null;
  }
}

function randomSpec(r: Random): ConvSpec {
  const pair = (least: number, most: number): Pair => [r.whole(least, most), r.whole(least, most)];
  const mode: PaddingMode = r.chance(0.5) ? "zeros" : r.one(...paddingModes);
  const amount = () => (r.chance(0.1) ? r.whole(0, 9) : r.whole(0, 3));
  const padding = r.one<() => Padding>(
    () => 0,
    () => amount(),
    () => [amount(), amount()],
    () => [
      [amount(), amount()],
      [amount(), amount()],
    ],
    () => [
      [amount(), 0],
      [0, amount()],
    ],
    () => "same",
    () => "same-lower",
    () => "valid",
  )();
  return {
    stride: r.one<ConvSpec["stride"]>(1, 1, r.whole(1, 4), pair(1, 4)),
    dilation: r.one<ConvSpec["dilation"]>(1, 1, r.whole(1, 3), pair(1, 4)),
    padding,
    paddingMode: mode,
    groups: r.one(1, 1, 1, r.whole(2, 5)),
  };
}

function randomShapes(r: Random, { groups }: ConvSpec): Shapes {
  const bias = r.chance(0.6);
  const kernel = [r.one(1, 2, 3, 3, r.whole(1, 7)), r.one(1, 2, 3, 3, r.whole(1, 7))];
  const kind = r.unit();
  if (kind < 0.06) {
    // A long reduction: up to 16 384 products in one sum.
    const channels = r.whole(40, Math.floor(16_384 / (kernel[0] * kernel[1] * groups)));
    const W = [groups * r.whole(1, 2), channels, ...kernel];
    return { x: [1, groups * channels, r.whole(1, 8), r.whole(1, 8)], W, bias };
  }
  if (kind < 0.1)
    // Many rows: long sums in dW and db.
    return {
      x: [r.whole(1, 3), groups, r.whole(20, 60), r.whole(20, 60)],
      W: [groups * r.whole(1, 3), 1, ...kernel],
      bias,
    };
  if (kind < 0.14)
    // Many filters: long sums in dcol.
    return { x: [1, groups, r.whole(1, 6), r.whole(1, 6)], W: [groups * r.whole(50, 300), 1, ...kernel], bias };
  const depthwise = groups > 1 && r.chance(0.4);
  const groupChannels = depthwise ? 1 : r.whole(1, 9);
  const x = [r.chance(0.02) ? 0 : r.whole(1, 4), groups * groupChannels, r.whole(1, 20), r.whole(1, 20)];
  return { x, W: [groups * (depthwise ? r.whole(1, 3) : r.whole(1, 12)), groupChannels, ...kernel], bias };
}

function largeShapes(r: Random, { groups }: ConvSpec): Shapes {
  const channels = r.whole(1, 32);
  return {
    x: [r.whole(1, 3), groups * channels, r.whole(8, 60), r.whole(8, 60)],
    W: [groups * r.whole(1, 64), channels, r.one(1, 2, 3, 5), r.one(1, 2, 3, 5)],
    bias: r.chance(0.6),
  };
}

function filled(r: Random, geometry: Geometry, spec: ConvSpec): RandomLayer {
  const dtype: ComputeDtype = r.chance(0.65) ? "float32" : "float64";
  const fill = r.one<Fill>("integer", "integer", "integer", "real", "real", "positive");
  const largest = Math.max(1, Math.min(9, Math.floor(Math.sqrt((2 ** 24 - 10) / longestSum(geometry)))));
  const draw = {
    integer: () => r.whole(-largest, largest),
    real: () => r.normal(),
    positive: () => r.unit(),
  }[fill];
  const make = (shape: number[]): ComputeTensor => {
    const data = computeArray(dtype, elementCount(shape));
    for (let i = 0; i < data.length; i++) data[i] = draw();
    return tensor(dtype, shape, data);
  };
  const [x, W, dout] = [make(xShape(geometry)), make(weightShape(geometry)), make(outShape(geometry))];
  return { fill, spec, inputs: { geometry, x, W, b: geometry.hasBias ? make(biasShape(geometry)) : null, dout } };
}

/** The most products that any element of out, dx, dW or db adds up. */
function longestSum(g: Geometry): number {
  const uses = [g.y, g.x].map((axis) => {
    const counts = Array.from({ length: axis.size }, (_, i) => meetings(axis, g.paddingMode, i).length);
    return Math.max(0, ...counts);
  });
  return Math.max(g.groupTaps, g.rows, g.groupFilters * uses[0] * uses[1]);
}
