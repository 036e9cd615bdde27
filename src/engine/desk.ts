import type { Geometry } from "../conv/geometry";
import type { Milestones, RunInputs } from "../conv/run";
import type { ComputeData } from "../tensor/dtype";
import type { ComputeTensor } from "../tensor/tensor";
import { MORE_THAN_ALL } from "./control";
import type { Job } from "./job";
import type { Layout } from "./memory";
import type { Feed } from "./pool";
import { type ShownLines, type Tile, jobOf, shownLines, writeTables } from "./tile";
import { type Stretch, filtersOf, inPieces, linesOf, planesOf, weightsOf } from "./transfer";

/** The results, as they grow. */
export type Arrays = Record<"out" | "dW" | "db" | "dx", ComputeData>;

/** A tile in its place. */
export interface Part {
  readonly tile: Tile;
  readonly shown: ShownLines;
  readonly job: Job;
}

type Move = (...stretch: Stretch) => void;

/** Brings parts of a layer's inputs into the engine's memory, and takes results out of it. */
export class Desk {
  readonly #inputs: RunInputs & { readonly dout: ComputeTensor };
  readonly #results: Arrays;
  readonly #cells: ComputeData;
  readonly #words: Int32Array;

  constructor(inputs: RunInputs & { readonly dout: ComputeTensor }, results: Arrays, buffer: ArrayBufferLike) {
    this.#inputs = inputs;
    this.#results = results;
    this.#cells = inputs.x.dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  /** The tile's job, its tables written. */
  place(tile: Tile, layout: Layout, parts: number): Part {
    const { geometry: g, x } = this.#inputs;
    const shown = shownLines(g, tile);
    const job = jobOf(g, x.dtype, tile, shown, layout, parts);
    writeTables(g, job, shown, this.#words);
    return { tile, shown, job };
  }

  /** x, and W and b unless they are there already. */
  feedForward(part: Part, weights: boolean): Feed {
    const { W, x } = this.#inputs;
    const { job, tile } = part;
    return async (tell) => {
      const bringWeights = async () => {
        const taps = job.groupChannels * job.kernelHeight * job.kernelWidth;
        if (weights) await this.bringWeights(part, (elements) => tell(1, Math.floor(elements / taps)));
        tell(1, MORE_THAN_ALL);
      };
      const bringInput = async () => {
        const channel = job.lines * this.#geometry.x.size;
        const fed = (elements: number) => tell(0, Math.floor(elements / channel));
        await inPieces(this.#linesOf(part, job.rawX), this.#bring(x.data), fed);
        tell(0, MORE_THAN_ALL);
      };
      // What is soonest there first: then the threads can begin.
      for (const bring of W.data.length < x.data.length ? [bringWeights, bringInput] : [bringInput, bringWeights])
        await bring();
      await inPieces(planesOf(this.#geometry, job, tile), touching(this.#results.out));
    };
  }

  feedBackward(part: Part, makesDx: boolean): Feed {
    const { job, tile } = part;
    return async (tell) => {
      const fed = (elements: number) => tell(0, Math.floor(elements / job.plane));
      await inPieces(planesOf(this.#geometry, job, tile), this.#bring(this.#inputs.dout.data), fed);
      tell(0, MORE_THAN_ALL);
      if (makesDx && job.dxBegun === 0) await inPieces(this.#linesOf(part, job.dx), touching(this.#results.dx));
    };
  }

  async bringWeights({ tile, job }: Part, tell?: (elements: number) => void): Promise<void> {
    const { W, b } = this.#inputs;
    if (b !== null) await inPieces(filtersOf(this.#geometry, job, tile, job.b), this.#bring(b.data));
    await inPieces(weightsOf(this.#geometry, job, tile, [job.W, job.weightPitch]), this.#bring(W.data), tell);
  }

  /** What earlier tiles have added to this one's lines of dx. */
  async bringDx(part: Part): Promise<void> {
    if (part.job.dxBegun === 1) await inPieces(this.#linesOf(part, part.job.dx), this.#bring(this.#results.dx));
  }

  takeOut({ tile, job }: Part): Promise<void> {
    return inPieces(planesOf(this.#geometry, job, tile), this.#take(this.#results.out));
  }

  takeDx(part: Part): Promise<void> {
    return inPieces(this.#linesOf(part, part.job.dx), this.#take(this.#results.dx));
  }

  /** dW and db. */
  async takeWeights({ tile, job }: Part): Promise<void> {
    const pitch = job.groupChannels * job.kernelHeight * job.kernelWidth * job.elementBytes;
    await inPieces(weightsOf(this.#geometry, job, tile, [job.dW, pitch]), this.#take(this.#results.dW));
    await inPieces(filtersOf(this.#geometry, job, tile, job.db), this.#take(this.#results.db));
  }

  /** The milestones of dW and db that lie in the tile. */
  async takeMilestones({ tile, job }: Part, milestones: Milestones): Promise<void> {
    const g = this.#geometry;
    const taps = job.groupChannels * job.kernelHeight * job.kernelWidth;
    const filters = job.groups * job.groupFilters;
    const first = Math.floor(job.firstRow / job.milestone);
    const end = Math.floor((job.firstRow + job.images * job.plane) / job.milestone);
    for (let n = first; n < end; n++) {
      const bytes = (n - first) * filters * job.elementBytes;
      const weights = weightsOf(g, job, tile, [job.dWMilestones + bytes * taps, taps * job.elementBytes]);
      await inPieces(weights, this.#take(milestones.dW.subarray(n * g.filters * g.groupTaps)));
      const biases = filtersOf(g, job, tile, job.dbMilestones + bytes);
      await inPieces(biases, this.#take(milestones.db.subarray(n * g.filters)));
    }
  }

  #linesOf({ tile, shown, job }: Part, at: number): Iterable<Stretch> {
    return linesOf(this.#geometry, job, tile, shown, at);
  }

  get #geometry(): Geometry {
    return this.#inputs.geometry;
  }

  #bring(data: ComputeData): Move {
    return (at, to, count) => this.#cells.set(data.subarray(at, at + count), to);
  }

  #take(data: ComputeData): Move {
    return (at, from, count) => data.set(this.#cells.subarray(from, from + count), at);
  }
}

/** A page of memory, in elements at most: the first to write into a fresh one has to wait for it. */
const PAGE = 512;

/** Fresh memory is slow to touch the first time: the host does it while the threads work, not when they are done. */
function touching(data: ComputeData): Move {
  return (at, _, count) => {
    for (let i = at; i < at + count; i += PAGE) data[i] = 0;
  };
}
