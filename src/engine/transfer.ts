import { PADDING, sourceMap } from "../conv/columns";
import type { Geometry } from "../conv/geometry";
import type { ComputeData } from "../tensor/dtype";
import type { Job } from "./job";
import { span } from "./memory";
import type { ShownLines, Tile } from "./tile";

// Between the tensors, which are the caller's, and the engine's memory, as cells of the same type.

/** x with its padding written out: the padding mode is settled here, and no kernel asks again. */
export function loadX(g: Geometry, job: Job, tile: Tile, x: ComputeData, cells: ComputeData): void {
  const rows = sourceMap(g.y, g.paddingMode);
  const columns = sourceMap(g.x, g.paddingMode);
  const width = span(g.x, g.x.out);
  const firstLine = tile.lines[0] * g.y.stride;
  const lines = span(g.y, tile.lines[1] - tile.lines[0]);
  let to = job.x / job.elementBytes;
  for (const channel of channelsOf(tile, g.channels, g.groupChannels))
    for (let line = firstLine; line < firstLine + lines; line++, to += width) {
      const from = (channel * g.y.size + rows[line]) * g.x.size;
      if (rows[line] === PADDING) cells.fill(0, to, to + width);
      else copyLine(x, from, g.x.begin, g.x.size, columns, cells, to, width);
    }
}

/** The inside as a whole; the columns of padding one by one. */
function copyLine(
  x: ComputeData,
  from: number,
  begin: number,
  size: number,
  columns: Int32Array,
  cells: ComputeData,
  to: number,
  width: number,
): void {
  const end = Math.min(width, begin + size);
  const padding = (column: number) => (columns[column] === PADDING ? 0 : x[from + columns[column]]);
  for (let column = 0; column < Math.min(begin, width); column++) cells[to + column] = padding(column);
  if (end - begin >= 64) cells.set(x.subarray(from, from + end - begin), to + begin);
  else for (let column = begin; column < end; column++) cells[to + column] = x[from + column - begin];
  for (let column = end; column < width; column++) cells[to + column] = padding(column);
}

/** out or dout: the tile's lines of each of its filters. */
export function forPlanes(
  g: Geometry,
  job: Job,
  tile: Tile,
  each: (inTensor: number, inMemory: number, count: number) => void,
): void {
  const plane = g.y.out * g.x.out;
  let at = job.out / job.elementBytes;
  // All filters, all lines: one run in both.
  if (job.plane === plane && job.groups === g.groups) {
    each(tile.images[0] * g.filters * plane, at, job.images * g.filters * plane);
    return;
  }
  for (const filter of channelsOf(tile, g.filters, g.groupFilters)) {
    each(filter * plane + tile.lines[0] * g.x.out, at, job.plane);
    at += job.plane;
  }
}

/** dx: each run of lines of each of the tile's channels. */
export function forLines(
  g: Geometry,
  job: Job,
  tile: Tile,
  shown: ShownLines,
  each: (inTensor: number, inMemory: number, count: number) => void,
): void {
  let at = job.dx / job.elementBytes;
  for (const channel of channelsOf(tile, g.channels, g.groupChannels))
    for (const [first, count] of runsOf(shown.lines)) {
      each((channel * g.y.size + first) * g.x.size, at, count * g.x.size);
      at += count * g.x.size;
    }
}

/** Channels (or filters) of a tile, over all its images, as [N · C] counts them. */
function* channelsOf(tile: Tile, all: number, perGroup: number): Generator<number> {
  for (let n = tile.images[0]; n < tile.images[1]; n++)
    for (let c = tile.groups[0] * perGroup; c < tile.groups[1] * perGroup; c++) yield n * all + c;
}

/** Ascending numbers as [first, count] of neighbours. */
function runsOf(lines: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === line) last[1]++;
    else runs.push([line, 1]);
  }
  return runs;
}
