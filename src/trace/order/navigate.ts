import { type Depth, type IndexName, type Stage, depths, nests, stages } from "./stages";
import type { Indices, Place, Span, Steps } from "./steps";

/**
 * Moves through a run. A position is a step, and what is shown is the state after it; so a unit (a stage, a cell, a tap)
 * is done at its last step, and the moves at a depth go from one unit's last step to the next unit's. All are pure, and
 * stop at the ends of the run: the first step and the last. In a run without steps the position is −1.
 */
export interface Position {
  readonly step: number;
  readonly depth: Depth;
}

export type Direction = "forward" | "back";

/** Finishes the present unit, or the next one if this one is done; back: to the end of the unit before the present one. */
export function next(steps: Steps, { step, depth }: Position): Position {
  if (step >= steps.total - 1) return { step: steps.total - 1, depth };
  const unit = unitAt(steps, step, depth);
  return { step: step < unit.end ? unit.end : unitAt(steps, step + 1, depth).end, depth };
}

export function previous(steps: Steps, { step, depth }: Position): Position {
  if (step <= 0) return { step: first(steps), depth };
  return { step: before(steps, unitAt(steps, step, depth).start), depth };
}

/** One depth deeper, then the first unit there; back: the unit before the last one there. At the tap, one step. */
export function stepIn(steps: Steps, position: Position): Position {
  return next(steps, { step: position.step, depth: deeper(position.depth) });
}

export function stepInBack(steps: Steps, position: Position): Position {
  return previous(steps, { step: position.step, depth: deeper(position.depth) });
}

/** Finishes what the present unit is part of (tap: the cell; cell: the stage; stage: the run), and goes one depth up. */
export function stepOut(steps: Steps, { step, depth }: Position): Position {
  const up = higher(depth);
  if (steps.total === 0) return { step: -1, depth: up };
  return { step: depth === "stage" ? steps.total - 1 : unitAt(steps, step, up).end, depth: up };
}

/** Undoes what the present unit is part of, and goes one depth up: to just before the cell, the stage, the run. */
export function stepOutBack(steps: Steps, { step, depth }: Position): Position {
  const up = higher(depth);
  if (steps.total === 0) return { step: -1, depth: up };
  return { step: depth === "stage" ? 0 : before(steps, unitAt(steps, step, up).start), depth: up };
}

/** The first step of a stage; of an empty run −1. */
export function stageStart(steps: Steps, stage: Stage): number {
  return steps.total === 0 ? -1 : steps.spans[stage].start;
}

/** The first step of the next stage, or of this one's predecessor; null if there is none. */
export function neighbourStage(steps: Steps, step: number, direction: Direction): Stage | null {
  if (steps.total === 0) return null;
  const at = stages.indexOf(steps.spanAt(step).stage) + (direction === "forward" ? 1 : -1);
  return stages[at] ?? null;
}

/** The place in another run that is nearest to this one: the same stage, the same indices as far as they exist there. */
export function nearest(from: Place, to: Steps): number {
  return to.total === 0 ? -1 : to.stepAt(from.stage, from.indices);
}

/** One level of the call stack: what is under way at one depth. */
export interface Frame {
  readonly depth: Depth;
  readonly stage: Stage;
  /** "gemm", "n 0, oy 11, ox 17, f 2", "c 1, ky 1, kx 1" */
  readonly name: string;
  /** The indices of this level's own loops. */
  readonly indices: Indices;
}

/** The stack at a position, innermost first: one frame for each depth down to the present one. */
export function framesOf(steps: Steps, { step, depth }: Position): Frame[] {
  if (steps.total === 0) return [];
  const { stage, indices } = steps.place(step);
  const own: Record<Depth, readonly IndexName[]> = { stage: [], cell: nests[stage].cell, tap: nests[stage].tap };
  return depths
    .slice(0, depths.indexOf(depth) + 1)
    .map((level) => {
      const named = own[level].map((name) => `${name} ${indices[name] ?? 0}`);
      return {
        depth: level,
        stage,
        name: level === "stage" ? stage : named.join(", "),
        indices: Object.fromEntries(own[level].map((name) => [name, indices[name]])),
      };
    })
    .reverse();
}

/** First and last step of the unit around a step. */
function unitAt(steps: Steps, step: number, depth: Depth): { start: number; end: number } {
  const span = steps.spanAt(step);
  const length = unitLength(span, depth);
  const start = span.start + Math.floor((step - span.start) / length) * length;
  return { start, end: start + length - 1 };
}

function unitLength({ count, cellSteps }: Span, depth: Depth): number {
  return { stage: count, cell: cellSteps, tap: 1 }[depth];
}

function before(steps: Steps, start: number): number {
  return Math.max(first(steps), start - 1);
}

function first(steps: Steps): number {
  return Math.min(0, steps.total - 1);
}

function deeper(depth: Depth): Depth {
  return depths[Math.min(depths.indexOf(depth) + 1, depths.length - 1)];
}

function higher(depth: Depth): Depth {
  return depths[Math.max(depths.indexOf(depth) - 1, 0)];
}
