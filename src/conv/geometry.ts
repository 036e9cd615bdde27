import { ConvError } from "../base/errors";
import { counted } from "../base/text";
import { shapeText } from "../tensor/tensor";
import type { ConvSpec, Padding, PaddingMode, Pair, Sides } from "./spec";

/** One spatial axis. All numbers are cells. */
export interface Axis {
  /** Length of x. */
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before and after. */
  readonly begin: number;
  readonly end: number;
  /** Cells that the dilated kernel spans: d(k−1)+1. */
  readonly extent: number;
  /** size + begin + end */
  readonly padded: number;
  /** Length of out: floor((padded − extent) / stride) + 1. */
  readonly out: number;
}

/**
 * Everything about a layer that is not a value. Made only by `geometryOf`, so whoever holds one holds a valid layer.
 * Without input channels there are no filters either, as PyTorch's result has none; see `weightFilters`.
 */
export interface Geometry {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  /** Filters of W and b. Equal to `filters`, but for zero input channels: out has none then, and dW and db keep their shapes. */
  readonly weightFilters: number;
  readonly groups: number;
  /** channels / groups and filters / groups. */
  readonly groupChannels: number;
  readonly groupFilters: number;
  readonly y: Axis;
  readonly x: Axis;
  readonly paddingMode: PaddingMode;
  readonly hasBias: boolean;
  /** Rows of col: batch · y.out · x.out. */
  readonly rows: number;
  /** Columns of col: channels · y.kernel · x.kernel. */
  readonly taps: number;
  /** Columns that one filter meets: groupChannels · y.kernel · x.kernel. */
  readonly groupTaps: number;
}

/** The largest number of elements that one index can count exactly. */
const MOST_ELEMENTS = Number.MAX_SAFE_INTEGER;

/**
 * The sole validator of layers. Shapes: x [N, C, H, W], W [F, C/groups, kH, kW], b [F] or null.
 * Output size, "same" and "same-lower": see the rules beside the functions below.
 * Throws ConvError `bad-geometry`, with the formula in this layer's numbers.
 */
export function geometryOf(
  xShape: readonly number[],
  weightShape: readonly number[],
  biasShape: readonly number[] | null,
  spec: ConvSpec,
): Geometry {
  const [batch, channels, height, width] = fourAxes("x", xShape, "[N, C, H, W]");
  const [filters, groupChannels, kernelHeight, kernelWidth] = fourAxes("W", weightShape, "[F, C/groups, kH, kW]");
  const stride = pairOf("stride", spec.stride, 1);
  const dilation = pairOf("dilation", spec.dilation, 1);
  const groups = checkGroups(spec.groups, xShape, weightShape);
  if (biasShape !== null && !(biasShape.length === 1 && biasShape[0] === filters))
    throw bad(
      "the bias does not fit the filters",
      `[${filters}], one value for each filter of W ${shapeText(weightShape)}`,
      `[${biasShape.join(", ")}]`,
    );

  const empty = batch === 0 || channels === 0;
  const y = axisOf("height", height, kernelHeight, stride[0], dilation[0], spec, 0, empty);
  const x = axisOf("width", width, kernelWidth, stride[1], dilation[1], spec, 1, empty);
  const liveFilters = channels === 0 ? 0 : filters;
  const geometry: Geometry = {
    batch,
    channels,
    filters: liveFilters,
    weightFilters: filters,
    groups,
    groupChannels,
    groupFilters: liveFilters / groups,
    y,
    x,
    paddingMode: spec.paddingMode,
    hasBias: biasShape !== null,
    rows: batch * y.out * x.out,
    taps: channels * kernelHeight * kernelWidth,
    groupTaps: groupChannels * kernelHeight * kernelWidth,
  };
  if (geometry.rows * Math.max(geometry.taps, geometry.filters, 1) > MOST_ELEMENTS)
    throw bad(
      `col would have ${countText(geometry.rows)} × ${countText(geometry.taps)} elements, more than can be counted exactly`,
    );
  return geometry;
}

export function outShape(g: Geometry): number[] {
  return [g.batch, g.filters, g.y.out, g.x.out];
}
export function xShape(g: Geometry): number[] {
  return [g.batch, g.channels, g.y.size, g.x.size];
}
export function weightShape(g: Geometry): number[] {
  return [g.weightFilters, g.groupChannels, g.y.kernel, g.x.kernel];
}
export function biasShape(g: Geometry): number[] {
  return [g.weightFilters];
}
export function colShape(g: Geometry): number[] {
  return [g.rows, g.taps];
}

/** The output size in this axis's own numbers: "floor((32 + 1 + 1 − 3) / 1) + 1 = 32". */
export function sizeFormula(axis: Axis): string {
  return `floor((${axis.size} + ${axis.begin} + ${axis.end} − ${axis.extent}) / ${axis.stride}) + 1 = ${axis.out}`;
}

/** Why the kernel spans what it spans: "2·(3 − 1) + 1 = 5". */
export function extentFormula(axis: Axis): string {
  return `${axis.dilation}·(${axis.kernel} − 1) + 1 = ${axis.extent}`;
}

/** Numbers too large to be exact as about what they are. */
function countText(count: number): string {
  return Number.isSafeInteger(count) ? String(count) : `about ${count.toExponential(2)}`;
}

function bad(what: string, expected?: string, found?: string, remedy?: string): ConvError {
  return new ConvError({ code: "bad-geometry", what, expected, found, remedy });
}

function fourAxes(name: string, shape: readonly number[], axes: string): readonly number[] {
  if (shape.length !== 4)
    throw bad(`${name} has ${counted(shape.length, "axis", "axes")}`, `4 axes ${axes}`, `shape ${shapeText(shape)}`);
  return shape;
}

function pairOf(name: string, value: number | Pair, least: number): Pair {
  const pair: Pair = typeof value === "number" ? [value, value] : value;
  for (const part of pair)
    if (!Number.isSafeInteger(part) || part < least)
      throw bad(`${name} ${JSON.stringify(value)} is not possible`, `whole numbers of at least ${least}`, String(part));
  return pair;
}

function checkGroups(groups: number, x: readonly number[], W: readonly number[]): number {
  const [channels, filters, groupChannels] = [x[1], W[0], W[1]];
  const shapes = `W ${shapeText(W)} over x ${shapeText(x)}`;
  if (!Number.isSafeInteger(groups) || groups < 1)
    throw bad(`groups ${groups} is not possible`, "a whole number of at least 1", String(groups));
  if (filters === 0) throw bad("W has no filters", "at least one", `shape ${shapeText(W)}`);
  if (filters % groups !== 0)
    throw bad(
      `groups ${groups} does not divide ${counted(filters, "filter")}`,
      undefined,
      shapes,
      `Use ${divisorsText(filters)}`,
    );
  if (channels % groups !== 0)
    throw bad(
      `groups ${groups} does not divide ${counted(channels, "channel")}`,
      undefined,
      shapes,
      `Use ${divisorsText(channels)}`,
    );
  if (groupChannels * groups !== channels)
    throw bad(
      `W ${shapeText(W)} with groups ${groups} takes ${counted(groupChannels * groups, "input channel")}, ` +
        `but x ${shapeText(x)} has ${channels}`,
      `W with ${counted(channels / groups, "channel")} (x channels / groups)`,
      String(groupChannels),
    );
  return groups;
}

function divisorsText(value: number): string {
  const divisors: number[] = [];
  for (let d = 1; d <= value && divisors.length < 12; d++) if (value % d === 0) divisors.push(d);
  return divisors.join(", ");
}

function axisOf(
  name: "height" | "width",
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  spec: ConvSpec,
  at: 0 | 1,
  empty: boolean,
): Axis {
  if (kernel < 1) throw bad(`the kernel's ${name} is ${kernel}`, "at least 1", String(kernel));
  const extent = dilation * (kernel - 1) + 1;
  const [begin, end] = paddingOf(spec.padding, at, size, extent, stride);
  // As PyTorch: zeros around nothing are a result only where the batch or the channels are empty too.
  if (size === 0 && begin + end > 0 && !empty)
    throw bad(`x has ${name} 0`, "only the batch or the channels to be empty", `${name} 0`);
  checkMode(name, spec.paddingMode, begin, end, size);
  const padded = size + begin + end;
  // Rejected before the division: floor and truncation disagree about a negative numerator.
  if (padded < extent)
    throw bad(
      `the kernel is larger than the padded input: ${name} ${size} + ${begin} + ${end} = ${padded}, ` +
        `but the kernel spans ${dilation}·(${kernel} − 1) + 1 = ${extent}`,
      `floor((${size} + ${begin} + ${end} − ${extent}) / ${stride}) + 1 to be at least 1`,
      String(Math.floor((padded - extent) / stride) + 1),
      "Use a smaller kernel or dilation, or more padding",
    );
  const out = Math.floor((padded - extent) / stride) + 1;
  return { size, kernel, stride, dilation, begin, end, extent, padded, out };
}

/**
 * Begin and end padding of one axis. "same" follows TensorFlow, Keras and ONNX SAME_UPPER: out = ceil(size / stride),
 * total = max(extent − (stride or size mod stride), 0), the odd one at the end; "same-lower" is ONNX SAME_LOWER, the odd
 * one at the beginning. At stride 1 "same" equals PyTorch's.
 */
function paddingOf(padding: Padding, at: 0 | 1, size: number, extent: number, stride: number): Pair {
  if (padding === "valid") return [0, 0];
  if (padding === "same" || padding === "same-lower") {
    const total = Math.max(extent - (size % stride === 0 ? stride : size % stride), 0);
    const less = Math.floor(total / 2);
    return padding === "same" ? [less, total - less] : [total - less, less];
  }
  if (typeof padding === "number") return pairOf("padding", padding, 0);
  if (isSides(padding)) return pairOf("padding", padding[at], 0);
  const [h, w] = pairOf("padding", padding, 0);
  return at === 0 ? [h, h] : [w, w];
}

function isSides(padding: Pair | Sides): padding is Sides {
  return typeof padding[0] !== "number";
}

function checkMode(name: string, mode: PaddingMode, begin: number, end: number, size: number): void {
  const most = mode === "reflect" ? size - 1 : mode === "circular" ? size : Infinity;
  if (Math.max(begin, end) > most)
    throw bad(
      `padding ${begin} + ${end} is too large for padding mode ${mode} on ${name} ${size}`,
      mode === "reflect" ? `less than ${size}` : `at most ${size}`,
      String(Math.max(begin, end)),
    );
}
