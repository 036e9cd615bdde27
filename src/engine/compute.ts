import { Turns } from "../base/turns";
import { type Geometry, biasShape, outShape, weightShape, xShape } from "../conv/geometry";
import { MILESTONE, type Milestones, type RunInputs } from "../conv/run";
import { type ComputeData, type ComputeDtype, computeArray } from "../tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../tensor/tensor";
import { type Arrays, Desk } from "./desk";
import type { Job } from "./job";
import { unfilledArray } from "./machine";
import { type Plan, type TileSize, layoutOf } from "./memory";
import type { Feed } from "./pool";
import type { ProgramName } from "./task";
import { type Tile, shownLines, tilesOf } from "./tile";

/** Who does the work on a tile: threads, or the host itself. */
export interface Crew {
  /** Into how many parts work is cut, at least. */
  readonly parts: number;
  /** How many work at a time, each in scratch of its own. */
  readonly threads: number;
  /** `progress` may be told the finished fraction. `feed` brings in what the job needs while it begins. Rejects if the work was not done. */
  perform(job: Job, program: ProgramName, progress: (fraction: number) => void, feed?: Feed): Promise<void>;
}

export interface Results {
  readonly out: ComputeTensor;
  readonly dW: ComputeTensor;
  readonly db: ComputeTensor;
  readonly dx: ComputeTensor;
  readonly milestones: Milestones | undefined;
  readonly forwardMs: number;
  readonly backwardMs: number;
}

/** Backward does twice the products of forward. */
const FORWARD_SHARE = 1 / 3;

/**
 * The layer, tile after tile: the tile's part of the inputs is copied into `buffer`, worked on, and its results copied out.
 * Nothing of a tile outlives it but dW and db, their milestones, and the blocks of their sums that it cut.
 */
export async function computeLayer(
  inputs: RunInputs & { readonly dout: ComputeTensor },
  plan: Plan,
  buffer: ArrayBufferLike,
  crew: Crew,
  progress: (fraction: number) => void,
): Promise<Results> {
  const { geometry: g, x } = inputs;
  const tiles = tilesOf(g, plan.tile);
  const dataTiles = plan.data === null ? [] : tilesOf(g, plan.data);
  const results = tiles.length + dataTiles.length === 1 ? uncleared(g, x.dtype, tiles[0]) : cleared(g, x.dtype);
  const milestones = milestonesOf(g, x.dtype);
  const desk = new Desk(inputs, results, buffer);
  const told = (done: number, part: number) => (fraction: number) =>
    progress((done + part * fraction) / (tiles.length + dataTiles.length));
  let [forwardMs, backwardMs, last] = [0, 0, performance.now()];
  const lap = () => -last + (last = performance.now());
  const place = (tile: Tile, size: TileSize) =>
    desk.place(tile, layoutOf(g, x.dtype, size, crew.threads, plan.inTurn), crew.parts);

  for (const [i, tile] of tiles.entries()) {
    const part = place(tile, plan.tile);
    const begins = i === 0 || !sameWeights(tiles[i - 1], tile);
    await crew.perform(part.job, "forward", told(i, FORWARD_SHARE), desk.feedForward(part, begins));
    await desk.takeOut(part);
    forwardMs += lap();

    const makesDx = plan.data === null;
    if (makesDx) await desk.bringDx(part);
    const program = !makesDx ? "weights" : plan.inTurn ? "backwardInTurn" : "backward";
    const rest = told(i + FORWARD_SHARE, 1 - FORWARD_SHARE);
    await crew.perform(part.job, program, rest, desk.feedBackward(part, makesDx));
    if (makesDx) await desk.takeDx(part);
    if (milestones !== undefined) await desk.takeMilestones(part, milestones);
    const next = tiles.at(i + 1);
    if (next === undefined || !sameWeights(tile, next)) await desk.takeWeights(part);
    backwardMs += lap();
  }
  for (const [i, tile] of dataTiles.entries()) {
    const part = place(tile, plan.data ?? plan.tile);
    if (i === 0 || !sameWeights(dataTiles[i - 1], tile)) await desk.bringWeights(part);
    await desk.bringDx(part);
    await crew.perform(part.job, "data", told(tiles.length + i, 1), desk.feedBackward(part, true));
    await desk.takeDx(part);
    backwardMs += lap();
  }
  return { ...tensorsOf(g, x.dtype, results), milestones, forwardMs, backwardMs };
}

function milestonesOf(g: Geometry, dtype: ComputeDtype): Milestones | undefined {
  const count = Math.floor(g.rows / MILESTONE);
  if (count === 0) return undefined;
  return { dW: computeArray(dtype, count * g.filters * g.groupTaps), db: computeArray(dtype, count * g.filters) };
}

/** Whether two tiles work with the same weights: dW and db then go on from one to the other. */
function sameWeights(one: Tile, other: Tile): boolean {
  return (["groups", "filters", "channels"] as const).every((range) => one[range][0] === other[range][0]);
}

/** A layer without rows or channels: every sum is over nothing. */
export function emptyLayer(g: Geometry, dtype: ComputeDtype): Results {
  return { ...tensorsOf(g, dtype, cleared(g, dtype)), milestones: undefined, forwardMs: 0, backwardMs: 0 };
}

function cleared(g: Geometry, dtype: ComputeDtype): Arrays {
  return arraysOf(g, (count) => computeArray(dtype, count));
}

/** For a layer in one tile, which writes every element: only lines of x that no window shows are left out. */
function uncleared(g: Geometry, dtype: ComputeDtype, tile: Tile): Arrays {
  const arrays = arraysOf(g, (count) => unfilledArray(dtype, count));
  if (shownLines(g, tile).lines.length < g.y.size) arrays.dx.fill(0);
  return arrays;
}

function arraysOf(g: Geometry, make: (count: number) => ComputeData): Arrays {
  const [out, dW, db, dx] = [outShape(g), weightShape(g), biasShape(g), xShape(g)].map((shape) =>
    make(elementCount(shape)),
  );
  return { out, dW, db, dx };
}

function tensorsOf(g: Geometry, dtype: ComputeDtype, { out, dW, db, dx }: Arrays) {
  return {
    out: tensor(dtype, outShape(g), out),
    dW: tensor(dtype, weightShape(g), dW),
    db: tensor(dtype, biasShape(g), db),
    dx: tensor(dtype, xShape(g), dx),
  };
}

/** Elements that are filled at a time. */
const PIECE = 2 ** 18;

/** dout where the layer names none: ones, whose gradient is that of the sum of out. */
export async function ones(g: Geometry, dtype: ComputeDtype): Promise<ComputeTensor> {
  const data = computeArray(dtype, g.rows * g.filters);
  const turns = new Turns();
  for (let from = 0; from < data.length; from += PIECE) {
    data.fill(1, from, from + PIECE);
    if (turns.over) await turns.next();
  }
  return tensor(dtype, outShape(g), data);
}
