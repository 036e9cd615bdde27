import type { RunInputs, Run } from "../../src/conv/run";
import { type ArithmeticKind, Engine, type EngineOptions } from "../../src/engine/engine";
import { estimate } from "../../src/engine/memory";
import { assets } from "../unit/engine/assets";
import type { Case } from "./layers";

export const threadCounts = [1, 2, 3, 4, 8] as const;

/** A way to compute a layer, and what to call it where it went wrong. */
export interface Crew {
  readonly name: string;
  run(inputs: RunInputs, arithmetic: ArithmeticKind): Promise<Run>;
}

/** Engines that are kept for many layers, and those that are made for one. */
export class Crews {
  readonly #engines: Engine[] = [];
  /** As many threads as are asked for, and no others. */
  readonly #own = threadCounts.map((threads): Crew =>
    this.#crew(`${threads} threads`, { threads, smallLayer: 0, largeLayer: 0 }),
  );
  /** Eight threads, of which as many as are asked for take part, the host being one. */
  readonly #shared = this.#parts(this.#engine({ threads: 8, smallLayer: 0 }));
  readonly #host = this.#crew("the host", { smallLayer: Infinity });
  readonly #scalar = this.#crew("the scalar kernels", { kernels: "scalar" });

  /** All that compute a layer without regard to its `extra`. */
  threads(turn: number): readonly Crew[] {
    return [...(turn % 4 === 0 ? this.#shared : this.#own), this.#host];
  }

  get scalar(): Crew {
    return this.#scalar;
  }

  /** An engine with so little memory that it must compute the layer in tiles, if the layer can be cut at all. */
  async inTiles({ geometry, dtype, extra, share }: Case, use: (crew: Crew) => Promise<void>): Promise<number> {
    const threads = extra === "threaded tiles" ? 2 : 1;
    const memoryLimit = limitBetween((limit) => estimate(geometry, dtype, threads, limit).bytes, share);
    const smallLayer = extra === "threaded tiles" ? 0 : Infinity;
    const engine = this.#engine({ threads, smallLayer, memoryLimit });
    const { tiles, plan } = estimate(geometry, dtype, threads, memoryLimit);
    try {
      await use(crewOf(`${tiles} tiles ${JSON.stringify(plan)} of at most ${memoryLimit} bytes`, engine));
      return tiles;
    } finally {
      this.#engines.splice(this.#engines.indexOf(engine), 1);
      await engine.dispose();
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.dispose()));
  }

  #engine(options: Omit<EngineOptions, "assets">): Engine {
    const engine = new Engine({ assets, ...options });
    this.#engines.push(engine);
    return engine;
  }

  #crew(name: string, options: Omit<EngineOptions, "assets">): Crew {
    return crewOf(name, this.#engine(options));
  }

  #parts(engine: Engine): Crew[] {
    return threadCounts.map((threads) => ({
      name: `${threads} of 8 threads`,
      run: (inputs, arithmetic) => engine.run(inputs, { arithmetic, threads }),
    }));
  }
}

function crewOf(name: string, engine: Engine): Crew {
  return { name, run: (inputs, arithmetic) => engine.run(inputs, { arithmetic }) };
}

/** A limit between the least under which `bytesFor` does not throw, and what it asks for when there is no limit. */
function limitBetween(bytesFor: (limit?: number) => number, share: number): number {
  const most = bytesFor();
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    try {
      bytesFor(middle);
      high = middle;
    } catch {
      low = middle + 1;
    }
  }
  return Math.floor(low + share * (most - low));
}
