import { type Geometry, geometryOf } from "../../src/conv/geometry";
import { defaultSpec } from "../../src/conv/spec";

export interface BenchLayer {
  readonly name: string;
  readonly geometry: Geometry;
}

/** [N, C, size], [filters, kernel], the rest. Square, with a bias. */
function layer(
  name: string,
  [batch, channels, size]: readonly [number, number, number],
  [filters, kernel]: readonly [number, number],
  { stride = 1, padding = 0, groups = 1 } = {},
): BenchLayer {
  const spec = { ...defaultSpec, stride, padding, groups };
  const shape = [filters, channels / groups, kernel, kernel];
  return { name, geometry: geometryOf([batch, channels, size, size], shape, [filters], spec) };
}

/** The eight layers that every engine is measured on, `images` at a time (the first, a small one, a hundred times as many). */
const layersOf = (images: number): readonly BenchLayer[] => [
  layer("1×28×28, 30 of 5×5", [100 * images, 1, 28], [30, 5]),
  layer("3×224×224, 64 of 7×7 s2 p3", [images, 3, 224], [64, 7], { stride: 2, padding: 3 }),
  layer("64×56×56, 64 of 3×3 p1", [images, 64, 56], [64, 3], { padding: 1 }),
  layer("256×56×56, 64 of 1×1", [images, 256, 56], [64, 1]),
  layer("128×28×28, 128 of 3×3 p1", [images, 128, 28], [128, 3], { padding: 1 }),
  layer("256×14×14, 256 of 3×3 p1", [images, 256, 14], [256, 3], { padding: 1 }),
  layer("512×7×7, 512 of 3×3 p1", [images, 512, 7], [512, 3], { padding: 1 }),
  layer("96×112×112 depthwise 3×3 s2 p1", [images, 96, 112], [96, 3], { stride: 2, padding: 1, groups: 96 }),
];

export const benchLayers: readonly BenchLayer[] = [...layersOf(1), ...layersOf(8)].map((each) => ({
  ...each,
  name: `${each.geometry.batch}×${each.name}`,
}));

/** The smallest layer worth asking about: what a click on a toy example costs. */
export const smallestLayer = layer("1×1×5×5, 1 of 3×3", [1, 1, 5], [1, 3]);

/** A small layer of the same kind, which the same code computes: one image, half as high and wide, a quarter of the channels and filters. */
export function miniature(g: Geometry): Geometry {
  const quarter = (count: number) => Math.ceil(count / 4);
  const groups = g.groups > 1 ? quarter(g.groups) : 1;
  const [channels, filters] = g.groups > 1 ? [groups, groups] : [quarter(g.channels), quarter(g.filters)];
  const size = Math.ceil(g.y.size / 2);
  const spec = { ...defaultSpec, stride: g.y.stride, padding: g.y.begin, groups };
  const shape = [filters, channels / groups, g.y.kernel, g.x.kernel];
  return geometryOf([1, channels, size, size], shape, [filters], spec);
}

/** A multiply-add counts as two. Backward is twice this: dW and dcol. */
export const flopsOf = (g: Geometry) => 2 * g.rows * g.filters * g.groupTaps;
