import assert from "node:assert/strict";
import { type Geometry, biasShape, geometryOf, outShape, weightShape, xShape } from "../../src/conv/geometry";
import type { RunInputs } from "../../src/conv/run";
import { defaultSpec, paddingModes } from "../../src/conv/spec";
import { Engine } from "../../src/engine/engine";
import { estimate } from "../../src/engine/memory";
import { zeros } from "../../src/tensor/tensor";
import { assets, buildIfStale } from "../unit/engine/assets";
import { below, random, seed } from "./load";
import { MiB } from "./readings";

const PAGE = 65_536;

/** The largest WebAssembly.Memory that was made or grown while it watched. */
class MemoryWatch {
  most = 0;
  readonly #real = WebAssembly.Memory;

  constructor() {
    const note = (memory: WebAssembly.Memory) => (this.most = Math.max(this.most, memory.buffer.byteLength));
    WebAssembly.Memory = class extends this.#real {
      constructor(descriptor: ConstructorParameters<typeof WebAssembly.Memory>[0]) {
        super(descriptor);
        note(this);
      }
      override grow(pages: number): number {
        const before = super.grow(pages);
        note(this);
        return before;
      }
    };
  }
  dispose(): void {
    WebAssembly.Memory = this.#real;
  }
}

/** Some ten to two hundred MiB of tensors, and few enough products for a fraction of a second. */
function randomLayer(): Geometry {
  for (;;) {
    const groups = random() < 0.3 ? 1 + below(8) : 1;
    const kernel = [1 + below(5), 1 + below(5)];
    const channels = 1 + below(random() < 0.5 ? 4 : 64);
    const filters = 1 + below(random() < 0.5 ? 4 : 64);
    const size = random() < 0.2 ? [1 + below(5), 10_000 + below(500_000)] : [20 + below(1500), 20 + below(1500)];
    if (random() < 0.5) size.reverse();
    const elements = groups * (channels + filters) * size[0] * size[1];
    const batch = 1 + below(6);
    const products = batch * groups * channels * filters * size[0] * size[1] * kernel[0] * kernel[1];
    if (batch * elements < 3e6 || batch * elements > 1.5e7 || products > 5e8) continue;
    try {
      return geometryOf(
        [batch, groups * channels, size[0], size[1]],
        [groups * filters, channels, kernel[0], kernel[1]],
        random() < 0.5 ? [groups * filters] : null,
        {
          ...defaultSpec,
          groups,
          stride: [1 + below(2), 1 + below(2)],
          padding: [below(3), below(3)],
          paddingMode: paddingModes[below(4)],
        },
      );
    } catch {
      // A kernel or padding too large for a narrow image: another one.
    }
  }
}

/** A layer of zeros: what it takes does not depend on what it holds. */
function emptyOf(geometry: Geometry): RunInputs {
  const of = (shape: readonly number[]) => zeros("float32", shape);
  return {
    geometry,
    x: of(xShape(geometry)),
    W: of(weightShape(geometry)),
    b: geometry.hasBias ? of(biasShape(geometry)) : null,
    dout: of(outShape(geometry)),
  };
}

/** With little memory, if the layer can be computed in it. */
function planOf(g: Geometry, threads: number, little: boolean) {
  const memoryLimit = little ? 16 * MiB + below(64 * MiB) : 2048 * MiB;
  try {
    return { memoryLimit, ...estimate(g, "float32", threads, memoryLimit) };
  } catch (error) {
    if (!little) throw error;
    return planOf(g, threads, false);
  }
}

describe(`the estimate (SOAK_SEED=${seed})`, () => {
  let watch: MemoryWatch;
  before(() => {
    buildIfStale();
    watch = new MemoryWatch();
  });
  after(() => watch.dispose());

  it("of 200 large layers is what the engine takes, and not less", async () => {
    let [total, cut] = [0, 0];
    for (let i = 0; i < 200; i++) {
      const geometry = randomLayer();
      const threads = 1 + below(4);
      const { memoryLimit, bytes, tiles } = planOf(geometry, threads, random() < 0.4);
      const engine = new Engine({ assets, threads, smallLayer: 0, memoryLimit });
      watch.most = 0;
      await engine.run(emptyOf(geometry));
      await engine.dispose();
      const pages = Math.ceil(bytes / PAGE) * PAGE;
      const layer = `${JSON.stringify(geometry)}, ${threads} threads: ${tiles} tiles`;
      assert.ok(bytes <= memoryLimit, layer);
      assert.ok(watch.most <= Math.max(pages, MiB), `${watch.most} bytes were taken, ${bytes} foretold: ${layer}`);
      assert.ok(watch.most >= pages, `only ${watch.most} bytes were taken, ${bytes} foretold: ${layer}`);
      total += bytes;
      if (tiles > 1) cut++;
    }
    console.log(`      ${(total / 200 / MiB).toFixed(0)} MiB each, ${cut} in tiles`);
    assert.ok(cut >= 10);
  });
});
