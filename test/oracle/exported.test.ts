import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { outShape } from "../../src/conv/geometry";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { type Framework, codeOf } from "../../src/export/code";
import { onnxModel } from "../../src/export/onnx";
import { Store } from "../../src/export/store";
import { type ComputeTensor, elementCount, tensor } from "../../src/tensor/tensor";
import { type ResultName, resultNames } from "./oracle";
import { Random, type RandomLayer, randomLayer } from "./randomLayers";

/**
 * The programs that are exported, run: NumPy and PyTorch in float32 and float64, with tensors written out and read from files;
 * the ONNX model by ONNX Runtime. TensorFlow's are parsed, and run where it is installed.
 *   EXPORT_SEED=n    the layers of an earlier run (its seed is printed)      EXPORT_LAYERS=n    how many, default 200
 */
const seed = Number(process.env.EXPORT_SEED ?? Date.now() % 2 ** 32);
const layerCount = Number(process.env.EXPORT_LAYERS ?? 200);
const python = process.env.ORACLE_PYTHON ?? "/usr/bin/python3";
/** Multiply-adds of one layer. */
const MOST_PRODUCTS = 2 ** 18;

interface OrtTensor {
  readonly data: Float32Array;
}
interface Ort {
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(feeds: Record<string, OrtTensor>): Promise<{ readonly out: OrtTensor }>;
      release(): Promise<void>;
    }>;
  };
}

describe(`exported programs (EXPORT_SEED=${seed} EXPORT_LAYERS=${layerCount})`, () => {
  const engine = new Engine({ assets: resolve("dist"), threads: 1 });
  const random = new Random(seed);
  const layers: RandomLayer[] = [];
  const magnitudes = new Map<RandomLayer, Run>();
  const runs = new Map<RandomLayer, Run>();

  before(async () => {
    while (layers.length < layerCount) {
      const layer = randomLayer(random);
      const g = layer.inputs.geometry;
      if (g.batch === 0 || g.rows * g.filters * g.groupTaps > MOST_PRODUCTS) continue;
      layers.push(layer);
      runs.set(layer, await engine.run(layer.inputs));
      const { x, W, b, dout } = layer.inputs;
      const inputs = { geometry: g, x: absolute(x), W: absolute(W), b: b && absolute(b), dout: absolute(dout) };
      magnitudes.set(layer, await engine.run(inputs));
    }
  });
  after(() => engine.dispose());

  /** Any order of summation is within K·u of the exact sum, and the engine within 16·u. Whole numbers have no error at all. */
  function check(label: string, layer: RandomLayer, name: ResultName, found: ArrayLike<number>, exact: boolean): void {
    const { data: wanted, dtype } = runs.get(layer)!.tensors[name];
    const sizes = magnitudes.get(layer)!.tensors[name].data;
    const { groupTaps, rows, groupFilters, y, x } = layer.inputs.geometry;
    const terms = { out: groupTaps + 1, dW: rows, db: rows, dx: 4 * groupFilters * y.kernel * x.kernel }[name];
    const unit = dtype === "float32" ? 2 ** -24 : 2 ** -53;
    assert.equal(found.length, wanted.length, `${label}: elements of ${name}`);
    for (let i = 0; i < wanted.length; i++) {
      const allowed = exact ? 0 : (16 + Math.max(16, terms)) * unit * sizes[i];
      if (!(Math.abs(found[i] - wanted[i]) <= allowed))
        assert.fail(`${label}: ${name}[${i}] is ${found[i]}, the engine has ${wanted[i]}, allowed error ${allowed}`);
    }
  }

  it("NumPy, PyTorch: the same numbers", async () => {
    const folder = mkdtempSync(join(tmpdir(), "conv-export-"));
    try {
      layers.forEach((layer, i) => {
        for (const framework of ["numpy", "pytorch", "tensorflow"] as const) {
          // A third with everything written out, a third with everything in files.
          const most = [undefined, 1, 20_000][i % 3];
          const store = new Store(`${i}-${framework}`, i % 2 === 0 ? "beside" : { folder }, {}, most);
          const code = codeOf(framework, { name: `layer ${i}`, ...layer.inputs }, store);
          writeFileSync(join(folder, fileOf(i, framework)), code);
          for (const [name, bytes] of store.files) writeFileSync(join(folder, name), bytes);
        }
      });
      await runAll(folder);
      let ran = 0;
      for (const [i, layer] of layers.entries())
        for (const framework of ["numpy", "pytorch", "tensorflow"] as const) {
          const results = join(folder, fileOf(i, framework).replace(/py$/, "bin"));
          if (framework === "tensorflow" && !existsSync(results)) continue;
          const bytes = readFileSync(results);
          const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
          let at = 0;
          for (const name of resultNames) {
            const { shape } = runs.get(layer)!.tensors[name];
            const found = numbers.subarray(at, (at += elementCount(shape)));
            check(`${framework}: ${described(i, layer)}`, layer, name, found, layer.fill === "integer");
          }
          assert.equal(at, numbers.length);
          ran++;
        }
      console.log(`seed ${seed}: ${ran} programs of ${layers.length} layers ran`);
      assert.ok(ran >= 2 * layers.length);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("ONNX Runtime: the same numbers from the model", async () => {
    const path = resolve("test/bench/node_modules/onnxruntime-node/dist/index.js");
    const ort = (await import(path)) as Ort; // the package's own types are not installed with ours
    for (const [i, layer] of layers.entries()) {
      const { geometry: g, x, W, b } = layer.inputs;
      const label = `ONNX: ${described(i, layer)}`;
      const exact = layer.fill === "integer";
      const session = await ort.InferenceSession.create(onnxModel(g, W, b));
      const { out } = await session.run({ x: new ort.Tensor("float32", Float32Array.from(x.data), x.shape) });
      await session.release();
      // A layer in float64 is rounded: whole numbers stay what they are.
      if (x.dtype === "float32" || exact) check(label, layer, "out", out.data, exact);
      else assert.equal(out.data.length, elementCount(outShape(g)), label);
    }
  });
});

function fileOf(i: number, framework: Framework): string {
  return `${String(i).padStart(4, "0")}-${framework}.py`;
}

function described(i: number, { fill, spec, inputs: { x, W, b } }: RandomLayer): string {
  const shapes = `x ${x.shape.join("×")} W ${W.shape.join("×")}${b ? " b" : ""}`;
  return `layer ${i} of seed ${seed}: ${fill} ${x.dtype} ${shapes} ${JSON.stringify(spec)}`;
}

function absolute(source: ComputeTensor): ComputeTensor {
  return tensor(source.dtype, source.shape, source.data.map(Math.abs));
}

async function runAll(folder: string): Promise<void> {
  const child = spawn(python, [fileURLToPath(new URL("exported.py", import.meta.url))]);
  let failure = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (failure += text));
  child.stdin.end(`${folder}\n`);
  const answer = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  if (answer.value !== "done") throw new Error(answer.done === true ? failure : answer.value.replaceAll(" | ", "\n"));
}
