import { Turns } from "../base/turns";
import type { Geometry } from "../conv/geometry";
import type { Job, Range } from "./job";
import type { ShownLines, Tile } from "./tile";

// What goes between the tensors, which are the caller's, and the engine's memory.

/** An element of the tensor, one of the memory, and how many follow each other in both. */
export type Stretch = readonly [inTensor: number, inMemory: number, count: number];

/** out or dout: the tile's lines of each of its filters. */
export function* planesOf(g: Geometry, job: Job, tile: Tile): Generator<Stretch> {
  const plane = g.y.out * g.x.out;
  let at = job.out / job.elementBytes;
  // All filters, all lines: one run in both.
  if (job.plane === plane && job.groups * job.groupFilters === g.filters) {
    yield [tile.images[0] * g.filters * plane, at, job.images * g.filters * plane];
    return;
  }
  for (const filter of numbersOf(tile, tile.filters, g.filters, g.groupFilters)) {
    yield [filter * plane + tile.lines[0] * g.x.out, at, job.plane];
    at += job.plane;
  }
}

/** x (at job.rawX) or dx (at job.dx): the lines that the tile shows, of each of its channels. `at` is in bytes. */
export function* linesOf(g: Geometry, job: Job, tile: Tile, shown: ShownLines, at: number): Generator<Stretch> {
  const plane = g.y.size * g.x.size;
  let to = at / job.elementBytes;
  if (job.lines === g.y.size && job.groups * job.groupChannels === g.channels) {
    yield [tile.images[0] * g.channels * plane, to, job.images * g.channels * plane];
    return;
  }
  const runs = runsOf(shown.lines);
  for (const channel of numbersOf(tile, tile.channels, g.channels, g.groupChannels))
    for (const [first, count] of runs) {
      yield [channel * plane + first * g.x.size, to, count * g.x.size];
      to += count * g.x.size;
    }
}

/** W or dW (at `at`, its rows `pitch` apart, in bytes): the tile's channels of each of its filters. */
export function* weightsOf(
  g: Geometry,
  job: Job,
  tile: Tile,
  [at, pitch]: readonly [number, number],
): Generator<Stretch> {
  const window = job.kernelHeight * job.kernelWidth;
  const taps = job.groupChannels * window;
  if (
    taps === g.groupTaps &&
    pitch === g.groupTaps * job.elementBytes &&
    job.groups * job.groupFilters === (tile.groups[1] - tile.groups[0]) * g.groupFilters
  ) {
    yield [tile.groups[0] * g.groupFilters * taps, at / job.elementBytes, job.groups * job.groupFilters * taps];
    return;
  }
  for (let group = 0, row = 0; group < job.groups; group++)
    for (let f = tile.filters[0]; f < tile.filters[1]; f++, row++) {
      const from = ((tile.groups[0] + group) * g.groupFilters + f) * g.groupTaps + tile.channels[0] * window;
      yield [from, (at + row * pitch) / job.elementBytes, taps];
    }
}

/** b or db (at `at`, in bytes): one element for each filter. */
export function* filtersOf(g: Geometry, job: Job, tile: Tile, at: number): Generator<Stretch> {
  yield [tile.groups[0] * g.groupFilters + tile.filters[0], at / job.elementBytes, job.groups * job.groupFilters];
}

/** Channels (or filters) of a tile, over all its images, as [N · C] counts them. */
function* numbersOf(tile: Tile, [first, end]: Range, all: number, perGroup: number): Generator<number> {
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

/** Elements that are moved at a time: some 30 µs. */
const PIECE = 65_536;

/** Moves all stretches by `move`, piece by piece, giving others their turn, and tells after each piece how many elements are moved. */
export async function inPieces(
  stretches: Iterable<Stretch>,
  move: (...stretch: Stretch) => void,
  tell: (elements: number) => void = () => undefined,
): Promise<void> {
  const turns = new Turns();
  let [moved, told] = [0, 0];
  for (const [at, to, count] of stretches)
    for (let done = 0; done < count; done += PIECE) {
      const piece = Math.min(PIECE, count - done);
      move(at + done, to + done, piece);
      moved += piece;
      if (moved - told < PIECE) continue;
      told = moved;
      tell(moved);
      if (turns.over) await turns.next();
    }
}
