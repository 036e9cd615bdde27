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

/** The eight layers that every engine is measured on. */
export const benchLayers: readonly BenchLayer[] = [
  layer("100×1×28×28, 30 of 5×5", [100, 1, 28], [30, 5]),
  layer("3×224×224, 64 of 7×7 s2 p3", [1, 3, 224], [64, 7], { stride: 2, padding: 3 }),
  layer("64×56×56, 64 of 3×3 p1", [1, 64, 56], [64, 3], { padding: 1 }),
  layer("256×56×56, 64 of 1×1", [1, 256, 56], [64, 1]),
  layer("128×28×28, 128 of 3×3 p1", [1, 128, 28], [128, 3], { padding: 1 }),
  layer("256×14×14, 256 of 3×3 p1", [1, 256, 14], [256, 3], { padding: 1 }),
  layer("512×7×7, 512 of 3×3 p1", [1, 512, 7], [512, 3], { padding: 1 }),
  layer("96×112×112 depthwise 3×3 s2 p1", [1, 96, 112], [96, 3], { stride: 2, padding: 1, groups: 96 }),
];
