import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometryOf } from "../../src/conv/geometry";
import { defaultSpec } from "../../src/conv/spec";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { inputsOf } from "./layers";
import { assertSameBits, cellsOf, replayed } from "./replay";

const geometry = geometryOf([2, 12, 15, 14], [9, 12, 4, 3], [9], { ...defaultSpec, padding: 1 });

/** Changes to the kernels' files, each a host of another kind: what is relaxed may be fused or not, or not be known at all. */
const hosts: Record<string, { change: (kernels: string) => void; fused: boolean | null; kernel: RegExp }> = {
  "as this one is": { change: () => undefined, fused: null, kernel: /gemm/ },
  "whose relaxed multiply-add rounds twice": {
    change: (kernels) => replace(kernels, "relaxed", (name) => cpSync(name.replace("relaxed", "simd"), name)),
    fused: false,
    kernel: /simd/,
  },
  "without relaxed instructions": {
    change: (kernels) => replace(kernels, "relaxed", (name) => writeFileSync(name, "\0asm from the future")),
    fused: false,
    kernel: /simd/,
  },
  "without vectors": {
    change: (kernels) => replace(kernels, "", (name) => writeFileSync(name, "\0asm from the future")),
    fused: false,
    kernel: /scalar/,
  },
};

function replace(kernels: string, kind: string, by: (file: string) => void): void {
  const files = readdirSync(kernels).filter((name) => name.endsWith(`${kind}.wasm`));
  assert.ok(files.length > 0);
  for (const name of files) by(join(kernels, name));
}

describe("what the engine says of its arithmetic is what it did", () => {
  let folder: string;
  before(buildIfStale);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "conv-probe-"));
    cpSync(join(assets, "kernels"), join(folder, "kernels"), { recursive: true });
    cpSync(join(assets, "worker.js"), join(folder, "worker.js"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [host, { change, fused, kernel }] of Object.entries(hosts))
    for (const dtype of ["float32", "float64"] as const)
      it(`on a host ${host}, ${dtype}`, async () => {
        change(join(folder, "kernels"));
        const inputs = inputsOf({ geometry, dtype, fill: "real", withDout: true, seed: 5 });
        for (const smallLayer of [0, Infinity]) {
          const engine = new Engine({ assets: folder, threads: 2, smallLayer });
          for (const arithmetic of ["fast", "reproducible"] as const) {
            const run = await engine.run(inputs, { arithmetic });
            if (arithmetic === "reproducible") assert.equal(run.arithmetic.fused, false);
            else if (fused !== null) assert.equal(run.arithmetic.fused, fused);
            assert.match(run.timing.kernel, kernel);
            assertSameBits(cellsOf(run), replayed(run), run.timing.kernel);
          }
          await engine.dispose();
        }
      });
});
