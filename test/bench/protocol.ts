// Every engine that is compared runs in a process of its own and is asked by lines of JSON: commands in, one answer each.
import type { Geometry } from "../../src/conv/geometry";

/** Milliseconds of one run, or medians of several. A pass that an engine does not have is missing. */
export interface Times {
  readonly forwardMs?: number;
  readonly backwardMs?: number;
  /** The whole call with both passes, where an engine has one: results made, handed over and awaited. */
  readonly wallMs?: number;
  /** Instead of times: the rate of one thread that computes and moves nothing. */
  readonly gflops?: number;
}

export interface Hello {
  readonly version: string;
}

/** `folder` holds x, W, b and dout as float32 .npy, or takes the results under their names. */
export type Command =
  | { readonly do: "load"; readonly geometry: Geometry; readonly folder: string }
  /** Runs until there have been `least` and they have taken `ms`. Answers with the last's times. */
  | { readonly do: "warm"; readonly least: number; readonly ms: number }
  | ({ readonly do: "turn" } & Turn)
  /** Writes what the last run computed. */
  | { readonly do: "results"; readonly folder: string };

/**
 * Runs that are not timed, for at least `untimedMs`: they wake the threads, and the processor's clock after a rest. Then as many
 * timed ones as fit in `timedMs`, at least one. Answers with their medians.
 */
export interface Turn {
  readonly untimedMs: number;
  readonly timedMs: number;
  readonly most: number;
}

export const resultNames = ["out", "dx", "dW", "db"] as const;
export type ResultName = (typeof resultNames)[number];
