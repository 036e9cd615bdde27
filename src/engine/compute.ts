import { type Geometry, biasShape, outShape, weightShape, xShape } from "../conv/geometry";
import type { RunInputs } from "../conv/run";
import { type ComputeData, type ComputeDtype, computeArray } from "../tensor/dtype";
import { type ComputeTensor, tensor, zeros } from "../tensor/tensor";
import type { Job } from "./job";
import { type Layout, type TileSize, layoutOf } from "./memory";
import type { ProgramName } from "./task";
import { type Tile, jobOf, shownLines, tilesOf, writeTables } from "./tile";
import { forLines, forPlanes } from "./transfer";

/** Who does the work on a tile: threads, or the host itself. */
export interface Crew {
  /** Into how many parts work is cut, at least; each part may need scratch of its own. */
  readonly parts: number;
  /** `progress` may be told the finished fraction. Rejects if the work was not done. */
  perform(job: Job, program: ProgramName, progress: (fraction: number) => void): Promise<void>;
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
  { geometry: g, x, W, b, dout }: RunInputs & { readonly dout: ComputeTensor },
  size: TileSize,
  buffer: ArrayBufferLike,
  crew: Crew,
  progress: (fraction: number) => void,
): Promise<Results> {
  const dtype = x.dtype;
  const cells = dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
  const words = new Int32Array(buffer);
  const layout = layoutOf(g, dtype, size, crew.parts);
  const results = emptyResults(g, dtype);
  const tiles = tilesOf(g, size);
  let [forwardMs, backwardMs, last] = [0, 0, performance.now()];
  const lap = () => -last + (last = performance.now());

  for (const [i, tile] of tiles.entries()) {
    const told = (base: number, part: number) => (fraction: number) =>
      progress((i + base + part * fraction) / tiles.length);
    const shown = shownLines(g, tile);
    const job = jobOf(g, dtype, tile, shown, layout, crew.parts);
    writeTables(g, job, shown, words);
    if (i === 0 || tiles[i - 1].groups[0] !== tile.groups[0]) loadWeights(g, job, tile, W.data, b?.data, cells);
    forLines(g, job, tile, shown, job.rawX, (at, to, count) => cells.set(x.data.subarray(at, at + count), to));
    await crew.perform(job, "forward", told(0, FORWARD_SHARE));
    forPlanes(g, job, tile, (at, from, count) => results.out.set(cells.subarray(from, from + count), at));
    forwardMs += lap();

    forPlanes(g, job, tile, (at, to, count) => cells.set(dout.data.subarray(at, at + count), to));
    // Bands of lines overlap in dx: what earlier ones added comes along.
    if (size.lines >= g.y.out) cells.fill(0, job.dx / job.elementBytes, job.dx / job.elementBytes + dxElements(job));
    else forLines(g, job, tile, shown, job.dx, (at, to, count) => cells.set(results.dx.subarray(at, at + count), to));
    await crew.perform(job, "backward", told(FORWARD_SHARE, 1 - FORWARD_SHARE));
    forLines(g, job, tile, shown, job.dx, (at, from, count) => results.dx.set(cells.subarray(from, from + count), at));
    if (tiles[i + 1]?.groups[0] !== tile.groups[0]) storeWeights(g, layout, tile, cells, results);
    backwardMs += lap();
  }
  return { ...tensorsOf(g, dtype, results), forwardMs, backwardMs };
}

/** A layer without rows or channels: every sum is over nothing. */
export function emptyLayer(g: Geometry, dtype: ComputeDtype): Results {
  return { ...tensorsOf(g, dtype, emptyResults(g, dtype)), forwardMs: 0, backwardMs: 0 };
}

function dxElements(job: Job): number {
  return (job.images * job.groups * job.groupChannels * job.dxChannelBytes) / job.elementBytes;
}

type Arrays = Record<"out" | "dW" | "db" | "dx", ComputeData>;

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

function loadWeights(
  g: Geometry,
  job: Job,
  tile: Tile,
  W: ComputeData,
  b: ComputeData | undefined,
  cells: ComputeData,
): void {
  const [first, end] = tile.groups.map((group) => group * g.groupFilters);
  cells.set(W.subarray(first * g.groupTaps, end * g.groupTaps), job.W / job.elementBytes);
  if (b !== undefined) cells.set(b.subarray(first, end), job.b / job.elementBytes);
}

function storeWeights(g: Geometry, layout: Layout, tile: Tile, cells: ComputeData, { dW, db }: Arrays): void {
  const [first, end] = tile.groups.map((group) => group * g.groupFilters);
  const [fromW, fromB] = [layout.dW / cells.BYTES_PER_ELEMENT, layout.db / cells.BYTES_PER_ELEMENT];
  dW.set(cells.subarray(fromW, fromW + (end - first) * g.groupTaps), first * g.groupTaps);
  db.set(cells.subarray(fromB, fromB + end - first), first);
}
