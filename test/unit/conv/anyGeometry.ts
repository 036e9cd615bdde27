import fc from "fast-check";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import { paddingModes } from "../../../src/conv/spec";

const axis = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  begin: fc.integer({ min: 0, max: 8 }),
  end: fc.integer({ min: 0, max: 8 }),
});

/** Any small layer that can be. */
export const anyGeometry: fc.Arbitrary<Geometry> = fc
  .record({
    y: axis,
    x: axis,
    mode: fc.constantFrom(...paddingModes),
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 3 }),
    groupChannels: fc.integer({ min: 1, max: 2 }),
    groupFilters: fc.integer({ min: 1, max: 2 }),
    bias: fc.boolean(),
  })
  .map(({ y, x, mode, batch, groups, groupChannels, groupFilters, bias }) => {
    const most = (size: number) => (mode === "reflect" ? size - 1 : mode === "circular" ? size : 8);
    const fit = (one: typeof y) => {
      const begin = Math.min(one.begin, most(one.size));
      const end = Math.min(one.end, most(one.size));
      const extent = one.dilation * (one.kernel - 1) + 1;
      return extent <= one.size + begin + end ? { ...one, begin, end } : { ...one, begin, end, kernel: 1 };
    };
    const [height, width] = [fit(y), fit(x)];
    return geometryOf(
      [batch, groups * groupChannels, height.size, width.size],
      [groups * groupFilters, groupChannels, height.kernel, width.kernel],
      bias ? [groups * groupFilters] : null,
      {
        stride: [height.stride, width.stride],
        dilation: [height.dilation, width.dilation],
        padding: [
          [height.begin, height.end],
          [width.begin, width.end],
        ],
        paddingMode: mode,
        groups,
      },
    );
  });
