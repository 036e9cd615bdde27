import type { Arithmetic } from "../conv/run";
import { writeProgram } from "./program";
import type { Depth, Stage } from "./stages";
import type { Steps } from "./steps";

/** One line of the program, with the steps that reach it: every `period`-th of its stage, from `phase` on. */
export interface Line {
  readonly text: string;
  /** null for what no step belongs to: comments, definitions, blank lines. */
  readonly hits: Hits | null;
}
export interface Hits {
  readonly stage: Stage;
  readonly period: number;
  readonly phase: number;
}

/**
 * The program that is being debugged: the loop nests of all stages, as Python that runs, with this layer's own numbers
 * in it. Lines count from 1, as editors count them.
 */
export interface Listing {
  readonly text: string;
  readonly lines: readonly Line[];
  /** The line of the call of a stage, of the innermost loop over its cells, of the statement that is one step. */
  readonly lineOf: (stage: Stage, depth: Depth) => number;
}

/** With `arithmetic`, a comment says how sums are rounded. */
export function listingOf(steps: Steps, arithmetic: Arithmetic | null = null): Listing {
  const { lines, marks } = writeProgram(steps, arithmetic);
  return {
    text: lines.map(({ text }) => `${text}\n`).join(""),
    lines,
    lineOf: (stage, depth) => marks[stage][depth],
  };
}

/**
 * The next step at or after `from` that reaches a line, or with `back` the last one at or before it; null if there is
 * none. A line breakpoint in closed form.
 */
export function nextHit(steps: Steps, listing: Listing, line: number, from: number, back = false): number | null {
  const hits = listing.lines[line - 1]?.hits ?? null;
  if (hits === null || steps.total === 0) return null;
  const { start, count } = steps.spans[hits.stage];
  const offset = from - start - hits.phase;
  const turn = back
    ? Math.min(Math.floor(offset / hits.period), count / hits.period - 1)
    : Math.max(Math.ceil(offset / hits.period), 0);
  return turn < 0 || turn >= count / hits.period ? null : start + hits.phase + turn * hits.period;
}
