import { ConvError } from "../base/errors";
import type { Axis, Geometry } from "../conv/geometry";
import { BLOCK } from "../conv/run";
import type { ComputeDtype } from "../tensor/dtype";
import { tapPanelElements } from "./data";
import { filterPanelElements } from "./forward";
import type { Job } from "./job";
import { tileColumns } from "./kernels";
import { scratchParts } from "./work";

/** How much of a layer is in the engine's memory at a time: so many groups, images, and lines of out. */
export interface TileSize {
  readonly groups: number;
  readonly images: number;
  readonly lines: number;
}

export interface Estimate {
  /** Of the engine's own memory, at its fullest. */
  readonly bytes: number;
  /** Of out, dout, dW, db and dx, which the run hands out; x, W and b are there already. */
  readonly resultBytes: number;
  /** In how many parts the layer is computed; 1 if it fits as a whole. */
  readonly tiles: number;
  readonly tile: TileSize;
}

/** What 32-bit pointers can reach, less a page for the kernels' reading a vector past the last element. */
export const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The rest of the machine's memory is not the engine's. */
export const DEFAULT_LIMIT = 2 ** 31;
/** A layer that needs more is computed in tiles of this: the host's copying of a tile is then over in some 50 ms. */
export const TILE_BYTES = 2 ** 28;

const elementBytes = { float32: 4, float64: 8 } as const satisfies Record<ComputeDtype, number>;

/**
 * What a run will need, before it runs. Throws ConvError `out-of-memory`, with the numbers, if even the smallest tile (one
 * group of one image, one line of out) does not fit under `limit` bytes.
 */
export function estimate(g: Geometry, dtype: ComputeDtype, threads: number, limit = DEFAULT_LIMIT): Estimate {
  const bytes = elementBytes[dtype];
  const plane = g.y.out * g.x.out;
  const weights = g.weightFilters * (g.groupTaps + 1);
  const images = g.batch * (2 * g.filters * plane + g.channels * g.y.size * g.x.size);
  const resultBytes = (images + weights) * bytes;
  const tile = tileSize(g, dtype, threads, Math.min(limit, MOST_BYTES));
  const parts = [g.groups / tile.groups, g.batch / tile.images, g.y.out / tile.lines].map(Math.ceil);
  return {
    bytes: layoutOf(g, dtype, tile, threads).bytes,
    resultBytes,
    tiles: parts.reduce((product, part) => product * part, 1),
    tile,
  };
}

function tileSize(g: Geometry, dtype: ComputeDtype, threads: number, limit: number): TileSize {
  const bytesOf = (tile: TileSize) => layoutOf(g, dtype, tile, threads).bytes;
  const tile = largestTile(g, (size) => bytesOf(size) <= Math.min(limit, TILE_BYTES));
  // Filters so large that a single group of one line exceeds a tile: then as much as there is.
  const size = tile ?? largestTile(g, (other) => bytesOf(other) <= limit);
  if (size !== undefined) return size;
  throw new ConvError({
    code: "out-of-memory",
    what: "the layer does not fit into the engine's memory, not even one group and one line of out at a time",
    expected: `at most ${limit} bytes`,
    found: `${bytesOf(smallest)} bytes`,
    remedy: "Allow the engine more memory, use fewer threads, or make the filters smaller",
  });
}

const smallest: TileSize = { groups: 1, images: 1, lines: 1 };

/** Images are cut first and lines last: only lines at the borders of bands are read twice. undefined: nothing fits. */
function largestTile(g: Geometry, fits: (tile: TileSize) => boolean): TileSize | undefined {
  const images = Math.max(1, g.batch);
  const whole = { groups: g.groups, images, lines: g.y.out };
  if (fits(whole)) return whole;
  const image = { ...whole, images: 1 };
  if (fits(image)) return { ...image, images: largest(images, (count) => fits({ ...image, images: count })) };
  const group = { ...image, groups: 1 };
  if (fits(group)) return { ...group, groups: largest(g.groups, (count) => fits({ ...group, groups: count })) };
  if (!fits(smallest)) return undefined;
  return { ...smallest, lines: largest(g.y.out, (lines) => fits({ ...smallest, lines })) };
}

/** Parts of equal size, as few as can be: 4085 lines of 4086 would leave one alone. 1 is known to fit. */
function largest(most: number, fits: (value: number) => boolean): number {
  return Math.ceil(most / Math.ceil(most / largestOf(most, fits)));
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
  | "dx"
  | "panels"
  | "tapTable"
  | "rowTable"
  | "planeTable"
  | "weightTable"
  | "lineTable"
  | "columnTable"
  | "scratch"
  | "scratchBytes"
> & { readonly bytes: number };

/**
 * Where everything of one tile stands. Address 0 is never used: a table at 0 means "none".
 *
 *   x       [images][channels][padded lines][padded columns]      W, dW   [filters][taps of a group]
 *   out     [images][filters][plane], then dout in its place      panels  W packed, for one pass at a time
 *   dx      [images][channels][lines of x shown][columns of x]    tables  u32 or i32, then each thread's scratch
 */
export function layoutOf(g: Geometry, dtype: ComputeDtype, tile: TileSize, threads: number): Layout {
  const bytes = elementBytes[dtype];
  const channels = tile.groups * g.groupChannels;
  const filters = tile.groups * g.groupFilters;
  const plane = tile.lines * g.x.out;
  const [paddedLines, paddedColumns] = [span(g.y, tile.lines), span(g.x, g.x.out)];
  const dims = {
    elementBytes: bytes,
    tileColumns: tileColumns[dtype],
    block: BLOCK,
    groups: tile.groups,
    groupChannels: g.groupChannels,
    groupFilters: g.groupFilters,
    kernelHeight: g.y.kernel,
    kernelWidth: g.x.kernel,
  };
  const whole = tile.images >= g.batch && tile.lines >= g.y.out;
  let end = 64;
  const region = (count: number, size: number) => {
    const start = end;
    end += Math.ceil((count * size) / 64) * 64;
    return start;
  };
  const scratchBytes = scratchParts(dims).bytes;
  return {
    x: region(tile.images * channels * paddedLines * paddedColumns, bytes),
    W: region(filters * g.groupTaps, bytes),
    b: g.hasBias ? region(filters, bytes) : 0,
    out: region(tile.images * filters * plane, bytes),
    dW: region(filters * g.groupTaps, bytes),
    dWParked: whole ? 0 : region(filters * g.groupTaps, bytes),
    db: region(filters, bytes),
    dbParked: region(filters, bytes),
    dx: region(tile.images * channels * Math.min(g.y.size, paddedLines) * g.x.size, bytes),
    panels: region(Math.max(filterPanelElements(dims, g.groupTaps), tapPanelElements(dims)), bytes),
    tapTable: region(g.groupTaps, 4),
    rowTable: region(plane, 4),
    planeTable: region(g.groupFilters, 4),
    weightTable: region(g.groupFilters, 4),
    lineTable: region(paddedLines, 4),
    columnTable: g.paddingMode === "zeros" ? 0 : region(paddedColumns, 4),
    scratch: region(threads * scratchBytes, 1),
    scratchBytes,
    bytes: end + 64,
  };
}
