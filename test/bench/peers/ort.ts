import { outShape } from "../../../src/conv/geometry";
import { onnxModel } from "../../../src/export/onnx";
import { tensor } from "../../../src/tensor/tensor";
import { importPackage, type Peer, versionOf } from "./peer";

/** What is used of onnxruntime-common, which both packages share. */
interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtSession {
  run(feeds: { readonly x: OrtTensor }): Promise<{ readonly out: OrtTensor }>;
  release(): Promise<void>;
}
interface Ort {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
}

/** ONNX Runtime compiled to WASM: SIMD, threads by web workers. */
export async function ortWebPeer(threads: number): Promise<Peer> {
  const ort = await importPackage<Ort>("onnxruntime-web");
  ort.env.wasm.numThreads = threads;
  return peerOf(ort, `onnxruntime-web ${versionOf("onnxruntime-web")} (WASM)`, { executionProviders: ["wasm"] });
}

/** ONNX Runtime as native code, with the widest instructions that the processor has. */
export async function ortNodePeer(threads: number): Promise<Peer> {
  const ort = await importPackage<Ort>("onnxruntime-node");
  return peerOf(ort, `onnxruntime-node ${versionOf("onnxruntime-node")} (native)`, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}

function peerOf(ort: Ort, version: string, options: object): Peer {
  let session: OrtSession | undefined;
  let feeds: { readonly x: OrtTensor };
  let out: OrtTensor;
  let shape: readonly number[];
  return {
    version,
    async load(g, { x, W, b }) {
      await session?.release();
      session = await ort.InferenceSession.create(onnxModel(g, W, b), { ...options, graphOptimizationLevel: "all" });
      feeds = { x: new ort.Tensor("float32", Float32Array.from(x.data), x.shape) };
      shape = outShape(g);
    },
    async run() {
      const started = performance.now();
      out = (await session!.run(feeds)).out;
      return { forwardMs: performance.now() - started };
    },
    results: () => ({ out: tensor("float32", shape, out.data) }),
  };
}
