import type { Geometry } from "../conv/geometry";
import type { ComputeData } from "../tensor/dtype";
import type { Job, Range } from "./job";
import type { ShownLines, Tile } from "./tile";

// What goes between the tensors, which are the caller's, and the engine's memory: `each` gets an element of the tensor, one
// of the memory, and how many follow each other in both.

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
  if (job.plane === plane && job.groups * job.groupFilters === g.filters) {
    each(tile.images[0] * g.filters * plane, at, job.images * g.filters * plane);
    return;
  }
  for (const filter of planesOf(tile, tile.filters, g.filters, g.groupFilters)) {
    each(filter * plane + tile.lines[0] * g.x.out, at, job.plane);
    at += job.plane;
  }
}

/** x (at job.rawX) or dx (at job.dx): the lines that the tile shows, of each of its channels. `at` is in bytes. */
export function forLines(
  g: Geometry,
  job: Job,
  tile: Tile,
  shown: ShownLines,
  at: number,
  each: (inTensor: number, inMemory: number, count: number) => void,
): void {
  const plane = g.y.size * g.x.size;
  let to = at / job.elementBytes;
  if (job.lines === g.y.size && job.groups * job.groupChannels === g.channels) {
    each(tile.images[0] * g.channels * plane, to, job.images * g.channels * plane);
    return;
  }
  const runs = runsOf(shown.lines);
  for (const channel of planesOf(tile, tile.channels, g.channels, g.groupChannels))
    for (const [first, count] of runs) {
      each(channel * plane + first * g.x.size, to, count * g.x.size);
      to += count * g.x.size;
    }
}

/** W or dW (at `at`, its rows `pitch` apart, in bytes): the tile's channels of each of its filters. */
export function forWeights(
  g: Geometry,
  job: Job,
  tile: Tile,
  [at, pitch]: readonly [number, number],
  each: (inTensor: number, inMemory: number, count: number) => void,
): void {
  const window = job.kernelHeight * job.kernelWidth;
  const taps = job.groupChannels * window;
  if (
    taps === g.groupTaps &&
    pitch === g.groupTaps * job.elementBytes &&
    job.groups * job.groupFilters === (tile.groups[1] - tile.groups[0]) * g.groupFilters
  ) {
    each(tile.groups[0] * g.groupFilters * taps, at / job.elementBytes, job.groups * job.groupFilters * taps);
    return;
  }
  for (let group = 0, row = 0; group < job.groups; group++)
    for (let f = tile.filters[0]; f < tile.filters[1]; f++, row++) {
      const from = ((tile.groups[0] + group) * g.groupFilters + f) * g.groupTaps + tile.channels[0] * window;
      each(from, (at + row * pitch) / job.elementBytes, taps);
    }
}

/** b or db (at `at`, in bytes): one element for each filter. */
export function forFilters(
  g: Geometry,
  job: Job,
  tile: Tile,
  at: number,
  each: (inTensor: number, inMemory: number, count: number) => void,
): void {
  each(tile.groups[0] * g.groupFilters + tile.filters[0], at / job.elementBytes, job.groups * job.groupFilters);
}

/** Channels (or filters) of a tile, over all its images, as [N · C] counts them. */
function* planesOf(tile: Tile, [first, end]: Range, all: number, perGroup: number): Generator<number> {
  for (let n = tile.images[0]; n < tile.images[1]; n++)
    for (let group = tile.groups[0]; group < tile.groups[1]; group++)
      for (let c = first; c < end; c++) yield n * all + group * perGroup + c;
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

/** Elements that are copied before the threads are told of them: some 30 µs. */
const PIECE = 65_536;

/**
 * Copies runs of `data` into `cells`, and tells how many units of so many elements are there: after each piece, whatever
 * the runs are.
 */
export function feeding(
  data: ComputeData,
  cells: ComputeData,
  unit: number,
  tell: (units: number) => void,
): (inTensor: number, inMemory: number, count: number) => void {
  let [copied, told] = [0, 0];
  return (at, to, count) => {
    for (let done = 0; done < count; done += PIECE) {
      const piece = Math.min(PIECE, count - done);
      cells.set(data.subarray(at + done, at + done + piece), to + done);
      copied += piece;
      if (copied - told < PIECE) continue;
      told = copied;
      tell(Math.floor(copied / unit));
    }
  };
}
