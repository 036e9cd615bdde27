import { type Geometry, biasShape, outShape, weightShape, xShape } from "../conv/geometry";
import type { RunInputs } from "../conv/run";
import { type ComputeDtype, computeArray } from "../tensor/dtype";
import { type ComputeTensor, tensor, zeros } from "../tensor/tensor";
import { type Arrays, Desk } from "./desk";
import type { Job } from "./job";
import { type Plan, type TileSize, layoutOf } from "./memory";
import type { Feed } from "./pool";
import type { ProgramName } from "./task";
import { type Tile, tilesOf } from "./tile";

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
  readonly forwardMs: number;
  readonly backwardMs: number;
}

/** Backward does twice the products of forward. */
const FORWARD_SHARE = 1 / 3;

/**
 * The layer, tile after tile: the tile's part of the inputs is copied into `buffer`, worked on, and its results copied out.
 * Nothing of a tile outlives it but dW and db, and the blocks of their sums that it cut.
 */
export async function computeLayer(
  inputs: RunInputs & { readonly dout: ComputeTensor },
  plan: Plan,
  buffer: ArrayBufferLike,
  crew: Crew,
  progress: (fraction: number) => void,
): Promise<Results> {
  const { geometry: g, x } = inputs;
  const results = emptyResults(g, x.dtype);
  const desk = new Desk(inputs, results, buffer);
  const tiles = tilesOf(g, plan.tile);
  const dataTiles = plan.data === null ? [] : tilesOf(g, plan.data);
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
    desk.takeOut(part);
    forwardMs += lap();

    const makesDx = plan.data === null;
    if (makesDx) desk.bringDx(part);
    const program = !makesDx ? "weights" : plan.inTurn ? "backwardInTurn" : "backward";
    const rest = told(i + FORWARD_SHARE, 1 - FORWARD_SHARE);
    await crew.perform(part.job, program, rest, desk.feedBackward(part, makesDx));
    if (makesDx) desk.takeDx(part);
    const next = tiles.at(i + 1);
    if (next === undefined || !sameWeights(tile, next)) desk.takeWeights(part);
    backwardMs += lap();
  }
  for (const [i, tile] of dataTiles.entries()) {
    const part = place(tile, plan.data ?? plan.tile);
    if (i === 0 || !sameWeights(dataTiles[i - 1], tile)) desk.bringWeights(part);
    desk.bringDx(part);
    await crew.perform(part.job, "data", told(tiles.length + i, 1), desk.feedBackward(part, true));
    desk.takeDx(part);
    backwardMs += lap();
  }
  return { ...tensorsOf(g, x.dtype, results), forwardMs, backwardMs };
}

/** Whether two tiles work with the same weights: dW and db then go on from one to the other. */
function sameWeights(one: Tile, other: Tile): boolean {
  return (["groups", "filters", "channels"] as const).every((range) => one[range][0] === other[range][0]);
}

/** A layer without rows or channels: every sum is over nothing. */
export function emptyLayer(g: Geometry, dtype: ComputeDtype): Results {
  return { ...tensorsOf(g, dtype, emptyResults(g, dtype)), forwardMs: 0, backwardMs: 0 };
}

function emptyResults(g: Geometry, dtype: ComputeDtype): Arrays {
  const { out, dW, db, dx } = {
    out: zeros(dtype, outShape(g)),
    dW: zeros(dtype, weightShape(g)),
    db: zeros(dtype, biasShape(g)),
    dx: zeros(dtype, xShape(g)),
  };
  return { out: out.data, dW: dW.data, db: db.data, dx: dx.data };
}

function tensorsOf(g: Geometry, dtype: ComputeDtype, { out, dW, db, dx }: Arrays) {
  return {
    out: tensor(dtype, outShape(g), out),
    dW: tensor(dtype, weightShape(g), dW),
    db: tensor(dtype, biasShape(g), db),
    dx: tensor(dtype, xShape(g), dx),
  };
}

/** dout where the layer names none: ones, whose gradient is that of the sum of out. */
export function ones(g: Geometry, dtype: ComputeDtype): ComputeTensor {
  const shape = outShape(g);
  return tensor(dtype, shape, computeArray(dtype, g.rows * g.filters).fill(1));
}
