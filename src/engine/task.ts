import { data } from "./data";
import { forward, padChannels } from "./forward";
import type { Job } from "./job";
import { bias, weights } from "./weights";
import type { Operation, Workbench } from "./work";

/**
 * What is done with a tile. The phases of a program follow each other, everybody waiting for the last one to finish; the
 * operations of a phase are done side by side, long items first.
 */
export const programs = {
  forward: [[padChannels], [forward]],
  backward: [[data, weights, bias]],
  /** Where dW takes W's place. */
  backwardInTurn: [[data], [weights, bias]],
  data: [[data]],
  weights: [[weights, bias]],
} as const satisfies Record<string, readonly (readonly Operation[])[]>;

export type ProgramName = keyof typeof programs;
// The keys of an object are the names of its type.
export const programNames = Object.keys(programs) as readonly ProgramName[];

/** Items of one phase. */
export function itemsOf(job: Job, phase: readonly Operation[]): number {
  return phase.reduce((total, operation) => total + operation.items(job), 0);
}

/** Runs items of a phase until `next` has no more: -1, or a number past the last, ends it. Returns how many it has run. */
export function runPhase(job: Job, phase: readonly Operation[], bench: Workbench, next: () => number): number {
  let finished = 0;
  const counts = phase.map((operation) => operation.items(job));
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (let item = next(); item >= 0 && item < total; item = next()) {
    let rest = item;
    let which = 0;
    while (rest >= counts[which]) rest -= counts[which++];
    phase[which].run(job, rest, bench);
    finished++;
  }
  return finished;
}
