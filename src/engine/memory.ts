import { ConvError } from "../base/errors";
import type { Axis, Geometry } from "../conv/geometry";
import { BLOCK, MILESTONE } from "../conv/run";
import type { ComputeDtype } from "../tensor/dtype";
import { DIRECT_FILTERS } from "./forward";
import type { Job } from "./job";
import { tileColumns } from "./kernels";
import { placesOf, workSizes } from "./work";

/** How much of a layer is in the engine's memory at a time: so many groups, images, lines of out, filters and channels of a group. */
export interface TileSize {
  readonly groups: number;
  readonly images: number;
  readonly lines: number;
  readonly filters: number;
  readonly channels: number;
}

/** In which parts a layer is computed. */
export interface Plan {
  /** What forward and, unless `data` says otherwise, backward go by. */
  readonly tile: TileSize;
  /** dx's own tiles, where the weights of one group are too many: `tile` then has some of its filters, these some channels. */
  readonly data: TileSize | null;
  /** The layer is one tile, but W and dW take turns in one place: dx first, then dW. */
  readonly inTurn: boolean;
}

export interface Estimate {
  /** Of the engine's own memory, at its fullest. */
  readonly bytes: number;
  /** Of out, dout, dW and db with their milestones, and dx, which the run hands out; x, W and b are there already. */
  readonly resultBytes: number;
  /** In how many parts the layer is computed; 1 if it fits as a whole. */
  readonly tiles: number;
  readonly plan: Plan;
}

/** What 32-bit pointers can reach, less a page for the kernels' reading a vector past the last element. */
export const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The rest of the machine's memory is not the engine's. */
export const DEFAULT_LIMIT = 2 ** 31;
/** A tile takes at most this: the host's copying of it is then over in some 20 ms, on slow machines in 50. */
export const TILE_BYTES = 2 ** 27;
/** What a tile may take beside this share of the layer's own tensors: together less than 16 MiB and a fifth. */
const TILE_BASE = 10 * 2 ** 20;
const TILE_SHARE = 0.18;

/** Lines' places in a channel are signed numbers of 32 bits. */
const MOST_CHANNEL = 2 ** 31;

const elementBytes = { float32: 4, float64: 8 } as const satisfies Record<ComputeDtype, number>;

/**
 * What a run will need, before it runs. Throws ConvError `out-of-memory`, with the numbers, if even the smallest tile (one
 * filter, one channel, one line of out) does not fit under `limit` bytes.
 */
export function estimate(g: Geometry, dtype: ComputeDtype, threads: number, limit = DEFAULT_LIMIT): Estimate {
  const bytes = elementBytes[dtype];
  const plane = g.y.out * g.x.out;
  const x = g.batch * g.channels * g.y.size * g.x.size;
  const weights = g.weightFilters * (g.groupTaps + 1);
  const kept = 1 + Math.floor(g.rows / MILESTONE);
  const resultBytes = (g.batch * 2 * g.filters * plane + x + weights * kept) * bytes;
  const most = Math.min(limit, MOST_BYTES);
  const own = TILE_BASE + TILE_SHARE * (resultBytes + (x + weights) * bytes);
  const bytesOf = (tile: TileSize, inTurn = false) =>
    channelElements(g, tile.lines) * bytes < MOST_CHANNEL ? layoutOf(g, dtype, tile, threads, inTurn).bytes : Infinity;
  // A layer whose smallest parts exceed what a tile should take gets as much as there is.
  const plan = planOf(g, bytesOf, Math.min(most, TILE_BYTES, own)) ?? planOf(g, bytesOf, most);
  if (plan === undefined) {
    throw new ConvError({
      code: "out-of-memory",
      what: "the layer does not fit into the engine's memory, not even one filter and one line of out at a time",
      expected: `at most ${limit} bytes`,
      found: `${bytesOf({ groups: 1, images: 1, lines: 1, filters: 1, channels: g.groupChannels })} bytes`,
      remedy: "Allow the engine more memory, use fewer threads, or make the filters smaller",
    });
  }
  return {
    bytes: Math.max(bytesOf(plan.tile, plan.inTurn), plan.data === null ? 0 : bytesOf(plan.data)),
    resultBytes,
    tiles: tileCount(g, plan.tile) + (plan.data === null ? 0 : tileCount(g, plan.data)),
    plan,
  };
}

function tileCount(g: Geometry, { groups, images, lines, filters, channels }: TileSize): number {
  const parts = [
    g.groups / groups,
    g.batch / images,
    g.y.out / lines,
    g.groupFilters / filters,
    g.groupChannels / channels,
  ];
  return parts.map(Math.ceil).reduce((product, part) => product * part, 1);
}

/** The largest parts that `bytesOf` finds to be at most `most`. undefined: nothing fits. */
function planOf(g: Geometry, bytesOf: (tile: TileSize, inTurn?: boolean) => number, most: number): Plan | undefined {
  const whole = {
    groups: g.groups,
    images: Math.max(1, g.batch),
    lines: g.y.out,
    filters: g.groupFilters,
    channels: g.groupChannels,
  };
  const fits = (tile: TileSize, inTurn?: boolean) => bytesOf(tile, inTurn) <= most;
  if (fits(whole)) return { tile: whole, data: null, inTurn: false };
  if (fits(whole, true)) return { tile: whole, data: null, inTurn: true };
  const tile = largestTile(whole, fits);
  if (tile !== undefined) return { tile, data: null, inTurn: false };
  // With few filters at a time col is packed anew too often: rather fewer lines, as long as there are some.
  return slicesOf(whole, fits, 48) ?? slicesOf(whole, fits, 1);
}

/** Images are cut first and lines last: only lines at the borders of bands are read twice. undefined: nothing fits. */
function largestTile(whole: TileSize, fits: (tile: TileSize) => boolean): TileSize | undefined {
  const image = { ...whole, images: 1 };
  if (fits(image)) return { ...image, images: largest(whole.images, (images) => fits({ ...image, images })) };
  const group = { ...image, groups: 1 };
  if (fits(group)) return { ...group, groups: largest(whole.groups, (groups) => fits({ ...group, groups })) };
  if (!fits({ ...group, lines: 1 })) return undefined;
  return { ...group, lines: largest(whole.lines, (lines) => fits({ ...group, lines })) };
}

/** One group's weights are too many: some filters at a time, at least `least` of them, and for dx some channels. */
function slicesOf(whole: TileSize, fits: (tile: TileSize) => boolean, least: number): Plan | undefined {
  const group = { ...whole, groups: 1, images: 1 };
  const fewest = Math.min(least, whole.filters);
  for (let lines = whole.lines; lines >= 1; lines = lines === 1 ? 0 : Math.ceil(lines / 2)) {
    const [some, own] = [
      { ...group, lines, filters: fewest },
      { ...group, lines, channels: 1 },
    ];
    if (!fits(some) || !fits(own)) continue;
    const filters = largest(whole.filters, (count) => count <= fewest || fits({ ...some, filters: count }));
    const channels = largest(whole.channels, (count) => fits({ ...own, channels: count }));
    return { tile: { ...some, filters }, data: { ...own, channels }, inTurn: false };
  }
  return undefined;
}

/** Parts of equal size, as few as can be: 4085 lines of 4086 would leave one alone. 1 is known to fit. */
function largest(most: number, fits: (value: number) => boolean): number {
  const size = largestOf(most, fits);
  const even = Math.ceil(most / Math.ceil(most / size));
  // A little less may take a little more: rows of W stand apart where the cache asks for it.
  return fits(even) ? even : size;
}

function largestOf(most: number, fits: (value: number) => boolean): number {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Padded cells of one axis that `count` windows span. */
export function span(axis: Axis, count: number): number {
  return (count - 1) * axis.stride + axis.extent;
}

/** Rows so far apart that the first-level cache confuses no six of them, nor nine of 128: as they are, or a little further. */
function apart(bytes: number): number {
  return placesOf(bytes) >= 16 ? bytes : (Math.ceil(bytes / 128) * 2 + 1) * 64;
}

/** Elements of a channel of x with its padding, of so many lines of out. */
function channelElements(g: Geometry, lines: number): number {
  return span(g.y, lines) * Math.max(g.x.size, span(g.x, g.x.out));
}

/** The part of a job that depends on the sizes alone. */
export type Layout = Pick<
  Job,
  | "x"
  | "W"
  | "b"
  | "out"
  | "dW"
  | "dWParked"
  | "db"
  | "dbParked"
  | "dWMilestones"
  | "dbMilestones"
  | "dx"
  | "tapTable"
  | "rowTable"
  | "planeTable"
  | "lineTable"
  | "columnTable"
  | "scratch"
  | "weightPitch"
> &
  ReturnType<typeof workSizes> & { readonly bytes: number };

/**
 * Where everything of one tile stands. Address 0 is never used: a table at 0 means "none".
 *
 *   W       [filters], weightPitch apart, [taps of a group]       dW      [filters][taps of a group], in W's place if `inTurn`
 *   x       [images][channels][padded lines][padded columns]      out     [images][filters][plane], then dout in its place
 *   dx      [images][channels][lines of x shown][columns of x]    tables  u32 or i32, then each thread's scratch
 */
export function layoutOf(g: Geometry, dtype: ComputeDtype, tile: TileSize, threads: number, inTurn = false): Layout {
  const bytes = elementBytes[dtype];
  const channels = tile.groups * tile.channels;
  const filters = tile.groups * tile.filters;
  const plane = tile.lines * g.x.out;
  const taps = tile.channels * g.y.kernel * g.x.kernel;
  const [paddedLines, paddedColumns] = [span(g.y, tile.lines), span(g.x, g.x.out)];
  const dims = {
    elementBytes: bytes,
    tileColumns: tileColumns[dtype],
    block: BLOCK,
    groupChannels: tile.channels,
    groupFilters: tile.filters,
    kernelHeight: g.y.kernel,
    kernelWidth: g.x.kernel,
  };
  const milestones = g.rows < MILESTONE ? 0 : Math.ceil((tile.images * plane) / MILESTONE);
  const whole = tile.images >= g.batch && tile.lines >= g.y.out;
  let end = 64;
  const region = (count: number, size: number) => {
    const start = end;
    end += Math.ceil((count * size) / 64) * 64;
    return start;
  };
  const sizes = workSizes(dims);
  const weightPitch = apart(taps * bytes);
  const W = region(filters, weightPitch);
  return {
    W,
    weightPitch,
    dW: inTurn ? W : region(filters * taps, bytes),
    x: region(tile.images * channels * paddedLines * paddedColumns, bytes),
    b: g.hasBias ? region(filters, bytes) : 0,
    out: region(tile.images * filters * plane, bytes),
    // Blocks are parked between tiles; those of a group of few filters also between images. Others have no place to park.
    dWParked: whole && tile.filters > DIRECT_FILTERS ? 0 : region(filters * taps, bytes),
    db: region(filters, bytes),
    dbParked: region(filters, bytes),
    dWMilestones: milestones === 0 ? 0 : region(milestones * filters * taps, bytes),
    dbMilestones: milestones === 0 ? 0 : region(milestones * filters, bytes),
    dx: region(tile.images * channels * Math.min(g.y.size, paddedLines) * g.x.size, bytes),
    tapTable: region(taps, 4),
    rowTable: region(plane, 4),
    planeTable: region(tile.filters, 4),
    lineTable: region(paddedLines, 4),
    columnTable: g.paddingMode === "zeros" ? 0 : region(paddedColumns, 4),
    scratch: region(threads * sizes.scratchBytes, 1),
    ...sizes,
    bytes: end + 64,
  };
}
