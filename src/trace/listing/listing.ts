import type { Arithmetic } from "../../conv/run";
import { type Ascending, Progression, all, nearestOf } from "../order/ascending";
import { shapeOf } from "../order/elements";
import { writeProgram } from "./program";
import { type Depth, type Stage, nests } from "../order/stages";
import type { Steps } from "../order/steps";
import { stepsWriting } from "../order/touches";

/** One line of the program, with the steps that reach it. */
export interface Line {
  readonly text: string;
  /** null for what no step belongs to: comments, definitions, blank lines. */
  readonly hits: Hits | null;
  /** What tells code from the other lines of its listing, the same whatever the layer's numbers: "gemm for oy", "gemm acc +". */
  readonly statement: string | null;
}

/** Every `period`-th step of a stage, from `phase` on. */
export interface Hits {
  readonly stage: Stage;
  readonly period: number;
  readonly phase: number;
  /** Only those that write: the line is the body of an `if`. */
  readonly writing?: true;
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
 * The line of a listing that stands for a line of another one: the same statement; where there is no code, or a statement that
 * only the other one has, the next one below that both have. null: there is none.
 */
export function followedLine(from: Listing, line: number, to: Listing): number | null {
  for (const { statement } of from.lines.slice(Math.max(0, line - 1))) {
    const at = statement === null ? -1 : to.lines.findIndex((other) => other.statement === statement);
    if (at >= 0) return at + 1;
  }
  return null;
}

/** All steps that reach a line. A line breakpoint in closed form. */
export function stepsReaching(steps: Steps, { stage, period, phase, writing }: Hits): Ascending {
  const { writes } = nests[stage];
  if (writing) return stepsWriting(steps, writes, shapeOf(steps.geometry, writes).map(all));
  const { start, count } = steps.spans[stage];
  return new Progression(start + phase, period, steps.total === 0 ? 0 : count / period);
}

/**
 * The next step at or after `from` that reaches a line, or with `back` the last one at or before it; null if there is
 * none.
 */
export function nextHit(steps: Steps, listing: Listing, line: number, from: number, back = false): number | null {
  const hits = listing.lines[line - 1]?.hits ?? null;
  return hits === null ? null : nearestOf(stepsReaching(steps, hits), from, back);
}
