import { type ConvSpec, defaultSpec } from "../../src/conv/spec";
import { geometryOf } from "../../src/conv/geometry";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { type ComputeTensor, elementCount, tensor } from "../../src/tensor/tensor";
import { join } from "node:path";

/** Layers to look at, run by the engine itself. */
export interface LayerSketch {
  readonly x: ComputeTensor;
  readonly W: ComputeTensor;
  readonly b?: ComputeTensor;
  readonly dout?: ComputeTensor;
  readonly spec?: Partial<ConvSpec>;
}

export async function runLayer({ x, W, b, dout, spec }: LayerSketch): Promise<Run> {
  const engine = new Engine({ assets: join(__dirname, "../../dist"), threads: 1, arithmetic: "reproducible" });
  try {
    const geometry = geometryOf(x.shape, W.shape, b?.shape ?? null, { ...defaultSpec, ...spec });
    return await engine.run({ geometry, x, W, b: b ?? null, dout: dout ?? null });
  } finally {
    await engine.dispose();
  }
}

/** Numbers between −0.5 and 0.5, the same ones everywhere: Lehmer's generator. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647 - 0.5;
  };
}

function filled(shape: readonly number[], value: (at: number) => number): ComputeTensor {
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, at) => value(at)),
  );
}

/** A disc on a striped ground, in three channels of 32 × 32, under 16 edge filters: 1 398 784 steps. */
export function picture(): LayerSketch {
  const x = filled([1, 3, 32, 32], (at) => {
    const [c, i, j] = [Math.floor(at / 1024), Math.floor(at / 32) % 32, at % 32];
    const disc = Math.hypot(i - 14, j - 18) < 9 ? 0.8 - 0.2 * c : 0;
    const ground = i > 22 && j > 6 && j < 26 ? 0.3 : 0;
    return disc + ground + 0.25 * Math.sin(j / 3 + c) - 0.25;
  });
  const noise = random(7);
  const W = filled([16, 3, 3, 3], (at) => {
    const angle = (Math.floor(at / 27) * Math.PI) / 8;
    const [ky, kx] = [(Math.floor(at / 3) % 3) - 1, (at % 3) - 1];
    return (Math.cos(angle) * kx + Math.sin(angle) * ky) * 0.6 + noise() * 0.3;
  });
  const b = filled([16], () => noise() * 0.2);
  const dout = filled([1, 16, 32, 32], (at) => Math.sin(at / 97) * 0.5 + noise() * 0.2);
  return { x, W, b, dout, spec: { padding: 1 } };
}

/** One channel of 4 × 4 under one filter: everything fits, and every number can be read. */
export function tiny(): LayerSketch {
  const noise = random(3);
  const W = tensor("float32", [1, 1, 3, 3], Float32Array.of(-1, 0, 1, -2, 0, 2, -1, 0, 1));
  return { x: filled([1, 1, 4, 4], () => Math.round(noise() * 18) + 0), W, spec: { padding: 1 } };
}

/** Two groups, both strides, dilation, uneven padding, reflection: whatever can be off by one. */
export function uneven(): LayerSketch {
  const noise = random(11);
  return {
    x: filled([2, 4, 9, 11], noise),
    W: filled([6, 2, 3, 2], noise),
    b: filled([6], noise),
    spec: {
      stride: [2, 1],
      dilation: [1, 2],
      groups: 2,
      padding: [
        [2, 1],
        [0, 3],
      ],
      paddingMode: "reflect",
    },
  };
}

/** 32 channels of 10 × 10 in two pictures, 6 filters: K = 288, three blocks of products. */
export function deep(): LayerSketch {
  const noise = random(23);
  return {
    x: filled([2, 32, 10, 10], noise),
    W: filled([6, 32, 3, 3], () => noise() * 0.1),
    b: filled([6], noise),
    spec: { padding: 1 },
  };
}

/** `picture` with a NaN in x and an infinite weight. */
export function spoilt(): LayerSketch {
  const layer = picture();
  layer.x.data[1 * 1024 + 14 * 32 + 20] = NaN;
  layer.W.data[5 * 27 + 4] = Infinity;
  return layer;
}

/** 8 × `channels` × `size` × `size` under four 3 × 3 filters; with 256 and 224, col has 9.2 · 10⁸ cells. */
export function huge(channels: number, size: number): LayerSketch {
  const x = filledQuickly([8, channels, size, size]);
  const noise = random(31);
  return { x, W: filled([4, channels, 3, 3], () => noise() * 0.1), spec: { padding: 1 } };
}

function filledQuickly(shape: readonly number[]): ComputeTensor {
  const data = new Float32Array(elementCount(shape));
  for (let i = 0, state = 1; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = state / 2 ** 32 + Math.sin(i / 97) / 2;
  }
  return tensor("float32", shape, data);
}
