import type { Geometry } from "../conv/geometry";
import type { RunInputs } from "../conv/run";
import type { ComputeData } from "../tensor/dtype";
import type { ComputeTensor } from "../tensor/tensor";
import type { Job } from "./job";
import type { Layout } from "./memory";
import type { Feed } from "./pool";
import { type ShownLines, type Tile, jobOf, shownLines, writeTables } from "./tile";
import { feeding, forFilters, forLines, forPlanes, forWeights } from "./transfer";

/** The results, as they grow. */
export type Arrays = Record<"out" | "dW" | "db" | "dx", ComputeData>;

/** A tile in its place. */
export interface Part {
  readonly tile: Tile;
  readonly shown: ShownLines;
  readonly job: Job;
}

/** More units of an input than a tile has. */
const EVERYTHING = 2 ** 29;

type Each = (inTensor: number, inMemory: number, count: number) => void;

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
    return (tell) => {
      const bringWeights = () => {
        if (weights) this.bringWeights(part, (filters) => tell(1, filters));
        tell(1, EVERYTHING);
      };
      const bringInput = () => {
        const { job, shown, tile } = part;
        const channel = job.lines * this.#geometry.x.size;
        const fed = feeding(x.data, this.#cells, channel, (channels) => tell(0, channels));
        forLines(this.#geometry, job, tile, shown, job.rawX, fed);
        tell(0, EVERYTHING);
      };
      // What is soonest there first: then the threads can begin.
      for (const bring of W.data.length < x.data.length ? [bringWeights, bringInput] : [bringInput, bringWeights])
        bring();
      forPlanes(this.#geometry, part.job, part.tile, touching(this.#results.out));
    };
  }

  feedBackward({ tile, shown, job }: Part, makesDx: boolean): Feed {
    const { dout } = this.#inputs;
    return (tell) => {
      const fed = feeding(dout.data, this.#cells, job.plane, (planes) => tell(0, planes));
      forPlanes(this.#geometry, job, tile, fed);
      tell(0, EVERYTHING);
      if (makesDx && job.dxBegun === 0) forLines(this.#geometry, job, tile, shown, job.dx, touching(this.#results.dx));
    };
  }

  bringWeights({ tile, job }: Part, tell: (filters: number) => void = () => undefined): void {
    const { W, b } = this.#inputs;
    if (b !== null) forFilters(this.#geometry, job, tile, job.b, this.#bring(b.data));
    const taps = job.groupChannels * job.kernelHeight * job.kernelWidth;
    forWeights(this.#geometry, job, tile, [job.W, job.weightPitch], feeding(W.data, this.#cells, taps, tell));
  }

  /** What earlier tiles have added to this one's lines of dx. */
  bringDx({ tile, shown, job }: Part): void {
    if (job.dxBegun === 1) forLines(this.#geometry, job, tile, shown, job.dx, this.#bring(this.#results.dx));
  }

  takeOut({ tile, job }: Part): void {
    forPlanes(this.#geometry, job, tile, this.#take(this.#results.out));
  }

  takeDx({ tile, shown, job }: Part): void {
    forLines(this.#geometry, job, tile, shown, job.dx, this.#take(this.#results.dx));
  }

  /** dW and db. */
  takeWeights({ tile, job }: Part): void {
    const pitch = job.groupChannels * job.kernelHeight * job.kernelWidth * job.elementBytes;
    forWeights(this.#geometry, job, tile, [job.dW, pitch], this.#take(this.#results.dW));
    forFilters(this.#geometry, job, tile, job.db, this.#take(this.#results.db));
  }

  get #geometry(): Geometry {
    return this.#inputs.geometry;
  }

  #bring(data: ComputeData): Each {
    return (at, to, count) => this.#cells.set(data.subarray(at, at + count), to);
  }

  #take(data: ComputeData): Each {
    return (at, from, count) => data.set(this.#cells.subarray(from, from + count), at);
  }
}

/** A page of memory, in elements at most: the first to write into a fresh one has to wait for it. */
const PAGE = 512;

/** Fresh memory is slow to touch the first time: the host does it while the threads work, not when they are done. */
function touching(data: ComputeData): Each {
  return (at, _, count) => {
    for (let i = at; i < at + count; i += PAGE) data[i] = 0;
  };
}
