import type { Geometry } from "../conv/geometry";
import type { Job } from "./job";
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
  if (job.plane === plane && job.groups === g.groups) {
    each(tile.images[0] * g.filters * plane, at, job.images * g.filters * plane);
    return;
  }
  for (const filter of channelsOf(tile, g.filters, g.groupFilters)) {
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
  if (job.lines === g.y.size && job.groups === g.groups) {
    each(tile.images[0] * g.channels * plane, to, job.images * g.channels * plane);
    return;
  }
  const runs = runsOf(shown.lines);
  for (const channel of channelsOf(tile, g.channels, g.groupChannels))
    for (const [first, count] of runs) {
      each(channel * plane + first * g.x.size, to, count * g.x.size);
      to += count * g.x.size;
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
