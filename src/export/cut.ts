import type { ResultName } from "../conv/passes";
import { type Axis, type Geometry, geometryOf } from "../conv/geometry";
import type { RunInputs } from "../conv/run";
import type { PaddingMode } from "../conv/spec";
import { computeArray } from "../tensor/dtype";
import { type ComputeTensor, elementCount, stridesOf, tensor } from "../tensor/tensor";

/** Positions on one axis: the first, and the one after the last. */
export type Span = readonly [number, number];

/** A smaller layer, and where in the larger one its tensors lie, axis by axis. What it computes is what the larger one computes there. */
export interface Cut {
  readonly geometry: Geometry;
  readonly x: readonly Span[];
  readonly W: readonly Span[];
  readonly out: readonly Span[];
  readonly result: readonly Span[];
}

/** What of one axis a part of the layer needs: cells of x, the padding that is left around them, and output positions. */
interface Part {
  readonly cells: Span;
  readonly padding: readonly [number, number];
  readonly out: Span;
}

/**
 * The smallest layer that has these elements of a result. Spans as the result's axes: out [n, f, oy, ox], dx [n, c, iy, ix], dW [f, c] with
 * c in its group, db [f]. null where no such layer exists: a part of two groups, or padding that shows cells far away.
 */
export function cutOf(g: Geometry, name: ResultName, spans: readonly Span[]): Cut | null {
  const all = { n: [0, g.batch], y: wholeAxis(g.y), x: wholeAxis(g.x) } as const;
  if (name === "out" || name === "dx") {
    const part = name === "out" ? windowsOf : cellsOf;
    const [y, x] = [part(g.y, g.paddingMode, spans[2]), part(g.x, g.paddingMode, spans[3])];
    const lanes = name === "out" ? lanesOf(g, spans[1], null) : lanesOfChannels(g, spans[1]);
    return y && x && lanes && assembled(g, spans[0], y, x, lanes, spans);
  }
  // dW and db add up over all of the batch and all positions.
  const lanes =
    name === "db" ? (lanesOf(g, spans[0], [0, 1]) ?? lanesOf(g, spans[0], null)) : lanesOf(g, spans[0], spans[1]);
  const kernel: Span[] = [
    [0, g.y.kernel],
    [0, g.x.kernel],
  ];
  return lanes && assembled(g, all.n, all.y, all.x, lanes, name === "db" ? spans : [...spans, ...kernel]);
}

/** Filters, and the channels that they meet: absolute, and as W counts them. */
interface Lanes {
  readonly groups: number;
  readonly filters: Span;
  readonly channels: Span;
  readonly taps: Span;
}

/** Filters of one group with some of its channels, or whole groups. */
function lanesOf({ groupFilters, groupChannels }: Geometry, filters: Span, taps: Span | null): Lanes | null {
  const group = Math.floor(filters[0] / groupFilters);
  const first = group * groupChannels;
  if (filters[1] <= (group + 1) * groupFilters) {
    const [from, to] = taps ?? [0, groupChannels];
    return { groups: 1, filters, channels: [first + from, first + to], taps: [from, to] };
  }
  const allTaps = taps === null || length(taps) === groupChannels;
  if (!allTaps || filters[0] % groupFilters !== 0 || filters[1] % groupFilters !== 0) return null;
  const groups = (filters[1] - filters[0]) / groupFilters;
  return { groups, filters, channels: [first, first + groups * groupChannels], taps: [0, groupChannels] };
}

/** Channels of one group, or whole groups, with all filters that they reach. */
function lanesOfChannels(g: Geometry, channels: Span): Lanes | null {
  const { groupFilters, groupChannels } = g;
  const group = Math.floor(channels[0] / groupChannels);
  const end = Math.ceil(channels[1] / groupChannels);
  const first = group * groupChannels;
  const filters: Span = [group * groupFilters, end * groupFilters];
  if (end === group + 1) return lanesOf(g, filters, [channels[0] - first, channels[1] - first]);
  return channels[0] === first && channels[1] === end * groupChannels ? lanesOf(g, filters, null) : null;
}

function wholeAxis({ size, begin, end, out }: Axis): Part {
  return { cells: [0, size], padding: [begin, end], out: [0, out] };
}

/** What some output positions read. */
function windowsOf(axis: Axis, mode: PaddingMode, out: Span): Part | null {
  const { size, begin, stride, extent } = axis;
  if (out[0] === 0 && out[1] === axis.out) return wholeAxis(axis);
  const first = out[0] * stride - begin;
  const last = (out[1] - 1) * stride + extent - begin;
  const cells: Span = [Math.max(0, first), Math.min(size, last)];
  const padding = [Math.max(0, -first), Math.max(0, last - size)] as const;
  const isPadded = padding[0] + padding[1] > 0;
  if (cells[0] >= cells[1] || (isPadded && (mode === "reflect" || mode === "circular"))) return null;
  return { cells, padding, out };
}

/** What some cells of x reach: their windows may begin before them and end after them, in zeros, as dx does not depend on x. */
function cellsOf(axis: Axis, mode: PaddingMode, cells: Span): Part | null {
  const { size, begin, stride, extent } = axis;
  if (cells[0] === 0 && cells[1] === size) return wholeAxis(axis);
  if (mode !== "zeros") return null;
  const from = Math.max(0, Math.ceil((cells[0] + begin - extent + 1) / stride));
  const to = Math.min(axis.out, Math.floor((cells[1] - 1 + begin) / stride) + 1);
  const before = cells[0] + begin - from * stride;
  const after = (to - 1 - from) * stride + extent - before - (cells[1] - cells[0]);
  return to > from && before >= 0 ? { cells, padding: [before, Math.max(0, after)], out: [from, to] } : null;
}

function assembled(g: Geometry, n: Span, y: Part, x: Part, lanes: Lanes, result: readonly Span[]): Cut | null {
  const { groups, filters, channels, taps } = lanes;
  const geometry = geometryOf(
    [length(n), length(channels), length(y.cells), length(x.cells)],
    [length(filters), length(taps), g.y.kernel, g.x.kernel],
    g.hasBias ? [length(filters)] : null,
    {
      stride: [g.y.stride, g.x.stride],
      dilation: [g.y.dilation, g.x.dilation],
      padding: [y.padding, x.padding],
      paddingMode: g.paddingMode,
      groups,
    },
  );
  if (geometry.y.out !== length(y.out) || geometry.x.out !== length(x.out)) return null;
  return {
    geometry,
    x: [n, channels, y.cells, x.cells],
    W: [filters, taps, [0, g.y.kernel], [0, g.x.kernel]],
    out: [n, filters, y.out, x.out],
    result,
  };
}

export function length([from, to]: Span): number {
  return to - from;
}

/** The tensors of a cut. */
export function cutInputs({ geometry, x, W, out }: Cut, whole: RunInputs): RunInputs {
  return {
    geometry,
    x: part(whole.x, x),
    W: part(whole.W, W),
    b: whole.b && part(whole.b, [W[0]]),
    dout: whole.dout && part(whole.dout, out),
  };
}

/** The elements within a span on each axis. */
export function part(source: ComputeTensor, spans: readonly Span[]): ComputeTensor {
  const shape = spans.map(length);
  const strides = stridesOf(source.shape);
  const data = computeArray(source.dtype, elementCount(shape));
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const [first, end] = spans[axis];
    if (axis === spans.length - 1) {
      data.set(source.data.subarray(from + first, from + end), to);
      to += end - first;
    } else for (let i = first; i < end; i++) copy(axis + 1, from + i * strides[axis]);
  };
  if (data.length > 0) copy(0, 0);
  return tensor(source.dtype, shape, data);
}
