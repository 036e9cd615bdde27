import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { Geometry } from "../../../src/conv/geometry";
import { tensor, transpose } from "../../../src/tensor/tensor";
import { type Peer, packageFolder, requirePackage, versionOf } from "./peer";

/** What is used of @tensorflow/tfjs-core and its WASM backend. */
interface TfTensor {
  dataSync(): Float32Array;
  dispose(): void;
}
interface FusedConv {
  readonly x: TfTensor;
  readonly filter: TfTensor;
  readonly bias: TfTensor;
  readonly strides: readonly [number, number];
  readonly pad: readonly (readonly [number, number])[];
  readonly dimRoundingMode: "floor";
}
interface Tf {
  env(): { set(flag: string, value: boolean): void };
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): TfTensor;
  readonly fused: { conv2d(options: FusedConv): TfTensor; depthwiseConv2d(options: FusedConv): TfTensor };
}
interface TfWasm {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

/**
 * tfjs starts threads in browsers only, on scripts made of blobs, and at most one for every two cores. Three things let it do the same
 * under Node: the flag is set, blobs become files, and the machine seems to have enough cores for `threads`.
 */
function browserFor(threads: number): void {
  const folder = mkdtempSync(join(os.tmpdir(), "tfjs-"));
  // Its bundle for Node calls these names, which a thread's script does not define.
  const missing =
    "Object.assign(globalThis, { commonjsGlobal: globalThis, require$$0: require('fs'), require$$1: require('path')," +
    " require$$3: require('perf_hooks'), require$$4: require('os') });";
  const blobs = "URL.createObjectURL = (blob) => blob.path; URL.revokeObjectURL = () => {};";
  let count = 0;
  class FileBlob {
    readonly path = join(folder, `${count++}.js`);
    constructor(parts: readonly string[]) {
      writeFileSync(this.path, `${missing}\n${blobs}\n${parts.join("")}`);
    }
  }
  const cores = os.cpus();
  Object.assign(os, { cpus: () => Array.from({ length: 4 * threads }, () => cores[0]) });
  Object.assign(URL, { createObjectURL: (blob: FileBlob) => blob.path });
  Object.assign(globalThis, { Blob: FileBlob });
}

export async function tfjsPeer(threads: number): Promise<Peer> {
  browserFor(threads);
  const tf = requirePackage("@tensorflow/tfjs-core") as Tf;
  const wasm = requirePackage("@tensorflow/tfjs-backend-wasm") as TfWasm;
  wasm.setWasmPaths(join(packageFolder("@tensorflow/tfjs-backend-wasm"), "dist/"));
  for (const flag of ["WASM_HAS_SIMD_SUPPORT", "WASM_HAS_MULTITHREAD_SUPPORT"]) tf.env().set(flag, true);
  wasm.setThreadsCount(threads);
  if (!(await tf.setBackend("wasm")) || wasm.getThreadsCount() !== threads)
    throw new Error(`tfjs did not start ${threads} threads`);
  let tensors: readonly TfTensor[] = [];
  let compute: () => TfTensor;
  let g: Geometry;
  let data: Float32Array;
  return {
    version: `tfjs-backend-wasm ${versionOf("@tensorflow/tfjs-backend-wasm")} (SIMD, threads)`,
    load(geometry, { x, W, b }) {
      for (const old of tensors) old.dispose();
      g = geometry;
      const depthwise = g.groups > 1;
      // NHWC, and HWIO or, for depthwise, HWCM: made beforehand, so that nothing is transposed in a run.
      const [xs, Ws] = [transpose(x, [0, 2, 3, 1]), transpose(W, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0])];
      tensors = [xs, Ws, b].map((each) => tf.tensor(Float32Array.from(each.data as Float32Array), each.shape));
      const options: FusedConv = {
        x: tensors[0],
        filter: tensors[1],
        bias: tensors[2],
        strides: [g.y.stride, g.x.stride],
        pad: [
          [0, 0],
          [g.y.begin, g.y.end],
          [g.x.begin, g.x.end],
          [0, 0],
        ],
        dimRoundingMode: "floor",
      };
      compute = () => (depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options));
      return Promise.resolve();
    },
    run() {
      const started = performance.now();
      const out = compute();
      data = out.dataSync();
      const forwardMs = performance.now() - started;
      out.dispose();
      return Promise.resolve({ forwardMs });
    },
    results: () => {
      const out = tensor("float32", [g.batch, g.y.out, g.x.out, g.filters], Float32Array.from(data));
      return { out: transpose(out, [0, 3, 1, 2]) };
    },
  };
}
