import { PADDING, sourceMap } from "../conv/columns";
import type { Geometry } from "../conv/geometry";
import { BLOCK, MILESTONE } from "../conv/run";
import type { ComputeDtype } from "../tensor/dtype";
import type { Job, Range } from "./job";
import { tileColumns } from "./kernels";
import { type Layout, type TileSize, span } from "./memory";

/**
 * One part of a layer: groups, images, and lines of out; more than one image only with all their lines. Filters and channels
 * count inside a group, and are all of them unless the tile has one group.
 */
export interface Tile {
  readonly groups: Range;
  readonly images: Range;
  readonly lines: Range;
  readonly filters: Range;
  readonly channels: Range;
}

/** The tiles of a layer in the order in which they must be computed: rows of col ascend within a range of filters. */
export function tilesOf(g: Geometry, size: TileSize): Tile[] {
  return rangesOf(g.groups, size.groups).flatMap((groups) =>
    rangesOf(g.groupChannels, size.channels).flatMap((channels) =>
      rangesOf(g.groupFilters, size.filters).flatMap((filters) =>
        rangesOf(g.batch, size.images).flatMap((images) =>
          rangesOf(g.y.out, size.lines).map((lines) => ({ groups, images, lines, filters, channels })),
        ),
      ),
    ),
  );
}

function rangesOf(total: number, size: number): Range[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => [i * size, Math.min(total, (i + 1) * size)]);
}

/** Which lines of x a tile's dx has: those that its windows show, ascending; and for each padded line of it, which of them. */
export interface ShownLines {
  readonly lines: readonly number[];
  readonly slots: Int32Array;
}

export function shownLines(g: Geometry, tile: Tile): ShownLines {
  const first = tile.lines[0] * g.y.stride;
  const sources = sourceMap(g.y, g.paddingMode).subarray(first, first + span(g.y, tile.lines[1] - tile.lines[0]));
  const lines = [...new Set(sources)].filter((line) => line !== PADDING).sort((a, b) => a - b);
  const slotOf = new Map(lines.map((line, slot) => [line, slot]));
  return { lines, slots: sources.map((line) => slotOf.get(line) ?? PADDING) };
}

/** The job of a tile: the layout, filled in with the tile's own sizes. */
export function jobOf(
  g: Geometry,
  dtype: ComputeDtype,
  tile: Tile,
  shown: ShownLines,
  layout: Layout,
  threads: number,
): Job {
  const elementBytes = dtype === "float32" ? 4 : 8;
  const lines = tile.lines[1] - tile.lines[0];
  const [paddedLines, paddedWidth] = [span(g.y, lines), span(g.x, g.x.out)];
  const asItIs = g.x.begin === 0 && paddedWidth === g.x.size && shown.slots.every((slot, line) => slot === line);
  return {
    ...layout,
    rawX: asItIs ? layout.x : layout.dx,
    paddedLines,
    paddedWidth,
    elementBytes,
    tileColumns: tileColumns[dtype],
    threads,
    images: tile.images[1] - tile.images[0],
    groups: tile.groups[1] - tile.groups[0],
    groupChannels: tile.channels[1] - tile.channels[0],
    groupFilters: tile.filters[1] - tile.filters[0],
    kernelHeight: g.y.kernel,
    kernelWidth: g.x.kernel,
    plane: lines * g.x.out,
    outWidth: g.x.out,
    strideY: g.y.stride,
    strideX: g.x.stride,
    dilationY: g.y.dilation,
    dilationX: g.x.dilation,
    beginX: g.x.begin,
    width: g.x.size,
    lines: shown.lines.length,
    // Bands of lines overlap in dx: what earlier ones added comes along.
    dxBegun: lines < g.y.out ? 1 : 0,
    firstLine: Math.max(
      0,
      shown.slots.findIndex((slot) => slot === 0),
    ),
    block: BLOCK,
    firstRow: (tile.images[0] * g.y.out + tile.lines[0]) * g.x.out,
    totalRows: g.rows,
    milestone: MILESTONE,
    xChannelBytes: paddedLines * paddedWidth * elementBytes,
    dxChannelBytes: shown.lines.length * g.x.size * elementBytes,
  };
}

/** Writes the job's tables. `words` covers the whole memory. */
export function writeTables(g: Geometry, job: Job, shown: ShownLines, words: Int32Array): void {
  const lineBytes = job.paddedWidth * job.elementBytes;
  let at = job.tapTable / 4;
  for (let c = 0; c < job.groupChannels; c++)
    for (let ky = 0; ky < job.kernelHeight; ky++) {
      const line = c * job.xChannelBytes + ky * job.dilationY * lineBytes;
      for (let kx = 0; kx < job.kernelWidth; kx++) words[at++] = line + kx * job.dilationX * job.elementBytes;
    }
  at = job.rowTable / 4;
  for (let line = 0; at < job.rowTable / 4 + job.plane; line += job.strideY * lineBytes)
    for (let ox = 0; ox < job.outWidth; ox++) words[at++] = line + ox * job.strideX * job.elementBytes;
  at = job.planeTable / 4;
  for (let f = 0; f < job.groupFilters; f++) words[at++] = f * job.plane * job.elementBytes;
  at = job.lineTable / 4;
  const dxLine = job.width * job.elementBytes;
  for (const slot of shown.slots) words[at++] = slot === PADDING ? -1 : slot * dxLine;
  if (job.columnTable !== 0) words.set(sourceMap(g.x, g.paddingMode).subarray(0, job.paddedWidth), job.columnTable / 4);
}
