import { sizeText } from "../base/text";
import type { RunInputs } from "../conv/run";
import { defaultThreads } from "./machine";
import { estimate } from "./memory";

/** What a run takes of the machine, known before it begins. Bytes, at its fullest. */
export interface Needs {
  /** All of the below together. */
  readonly neededBytes: number;
  /** Of out, dout, dW, db and dx. */
  readonly resultBytes: number;
  /** Of x, W and b, which are there already. */
  readonly inputBytes: number;
  /** Of the engine's own memory. */
  readonly workingBytes: number;
  /** In how many parts the layer is computed, one after the other; 1: as a whole. */
  readonly tiles: number;
}

/**
 * `threads` and `memoryLimit` are those of the engine that will run it, undefined where it is to have its own. Throws ConvError
 * `out-of-memory` if no part of the layer is small enough for the engine.
 */
export function needsOf(
  { geometry, x, W, b }: Pick<RunInputs, "geometry" | "x" | "W" | "b">,
  { threads = defaultThreads(), memoryLimit }: { readonly threads?: number; readonly memoryLimit?: number } = {},
): Needs {
  const { bytes: workingBytes, resultBytes, tiles } = estimate(geometry, x.dtype, threads, memoryLimit);
  const inputBytes = x.data.byteLength + W.data.byteLength + (b?.data.byteLength ?? 0);
  return { neededBytes: resultBytes + inputBytes + workingBytes, resultBytes, inputBytes, workingBytes, tiles };
}

/** "needs 1.1 GiB, in 7 tiles" */
export function needsText({ neededBytes, tiles }: Needs): string {
  return `needs ${sizeText(neededBytes)}${tilesText(tiles)}`;
}

/** "needs 61.2 MiB: 40.1 MiB of results, 3.2 MiB of inputs, 17.9 MiB of working memory, in 3 tiles" */
export function needsInFull({ neededBytes, resultBytes, inputBytes, workingBytes, tiles }: Needs): string {
  const parts = [
    `${sizeText(resultBytes)} of results`,
    `${sizeText(inputBytes)} of inputs`,
    `${sizeText(workingBytes)} of working memory`,
  ];
  return `needs ${sizeText(neededBytes)}: ${parts.join(", ")}${tilesText(tiles)}`;
}

function tilesText(tiles: number): string {
  return tiles > 1 ? `, in ${tiles} tiles` : "";
}
