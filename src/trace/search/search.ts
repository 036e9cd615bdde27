import { ConvError } from "../../base/errors";
import { Turns } from "../../base/turns";
import { type Ascending, all } from "../order/ascending";
import { type Condition, expressed } from "./condition";
import { Cursor } from "../moment/cursor";
import { type Magnitudes, magnitudesOf } from "./magnitudes";
import type { Direction } from "../order/navigate";
import { TURN_PRODUCTS } from "../replay/patience";
import { Stretch } from "./region";
import type { Expression } from "../expression/syntax";
import type { Trace } from "../moment/trace";

export interface SearchOptions {
  /** Default: forward. */
  readonly direction?: Direction;
  /** Steps looked at, stretches passed over and elements reduced, all together, before giving up. Default: no end. */
  readonly budget?: number;
  readonly signal?: AbortSignal;
}

/** `budget`: nothing found before the budget was used up; the search can go on at `step`. */
export type SearchResult =
  | { readonly kind: "found"; readonly step: number }
  | { readonly kind: "none" }
  | { readonly kind: "budget"; readonly step: number };

/** Stretches shorter than this are walked: to bound one costs as much as some steps. A step of col2im costs as much as its sum of dcol. */
const WORTH_BOUNDING = 32;
const FILTERS_OF_A_STEP = 256;
const TURN = 1024;

/**
 * The first step from `from` on, itself included, at which a condition holds. Whole stages, planes, rows and cells in which
 * it cannot hold are passed over without walking through them, so a search for NaN looks at results, not at steps.
 * Gives way to other work every few milliseconds. Throws ConvError `cancelled`; `bad-expression` for an index
 * beyond its axis; `bad-step`.
 */
export async function findNext(
  trace: Trace,
  condition: Expression,
  from: number,
  { direction = "forward", budget = Infinity, signal }: SearchOptions = {},
): Promise<SearchResult> {
  if (trace.total === 0) return { kind: "none" };
  trace.steps.spanAt(from);
  const search = new Search(trace, expressed(condition), from, direction);
  const end = direction === "forward" ? trace.total - 1 : 0;
  const turns = new Turns();
  for (;;) {
    if (signal?.aborted) throw new ConvError({ code: "cancelled", what: "the search was cancelled" });
    if (search.advance(Math.min(budget, search.spent + TURN), end)) return { kind: "found", step: search.step };
    if (search.isBeyond(end)) return { kind: "none" };
    if (search.spent >= budget) return { kind: "budget", step: search.step };
    if (turns.over) await turns.next();
  }
}

/** Goes through candidate steps, in either direction, and stops where a condition holds. */
export class Search {
  /** Steps looked at, stretches bounded and elements reduced so far. */
  spent = 0;
  readonly #trace: Trace;
  readonly #condition: Condition;
  readonly #candidates: Ascending;
  readonly #cursor: Cursor;
  readonly #magnitudes: Magnitudes;
  readonly #by: 1 | -1;
  /** The candidate that is looked at next, and its number; beyond the last one, the step after the run's end. */
  #place: number;
  #step: number;
  /** The stretches around the candidate in which the condition may hold: their numbers, outermost first, and the smallest's ends. */
  readonly #stretches: number[] = [];
  #from = 0;
  #to = -1;

  /** Throws ConvError `bad-step` in an empty run. `from` is itself looked at, if it is a candidate. */
  constructor(
    trace: Trace,
    condition: Condition,
    from: number,
    direction: Direction,
    candidates = all(trace.total) as Ascending,
  ) {
    this.#trace = trace;
    this.#condition = condition;
    this.#candidates = candidates;
    this.#by = direction === "forward" ? 1 : -1;
    this.#cursor = new Cursor(
      trace,
      Math.max(0, Math.min(trace.total - 1, from)),
      (elements) => (this.spent += elements),
    );
    this.#magnitudes = magnitudesOf(trace);
    this.#place = this.#step = 0;
    this.#goTo(from);
  }

  /** Everything before it, in the direction of the search, is decided. */
  get step(): number {
    return this.#step;
  }

  isBeyond(end: number): boolean {
    return (this.#step - end) * this.#by > 0;
  }

  /** Goes on until the condition holds at `step` (true), or `limit` is spent, or `end` is passed. Long sums are replayed in parts. */
  advance(limit: number, end: number): boolean {
    const advanced = this.#trace.patience.attempt(TURN_PRODUCTS, () => this.#advance(limit, end));
    if (advanced === null) this.spent = Math.max(this.spent, limit);
    return advanced?.value ?? false;
  }

  #advance(limit: number, end: number): boolean {
    while (this.spent < limit && !this.isBeyond(end)) {
      if (this.#cursor.step + this.#by === this.#step) this.#cursor.move(this.#by);
      else if (this.#cursor.step !== this.#step) this.#cursor.seek(this.#step);
      if (this.#pass()) continue;
      this.spent++;
      if (this.#condition.holds(this.#cursor)) return true;
      this.leave();
    }
    return false;
  }

  /** Past the present step. */
  leave(): void {
    this.#place += this.#by;
    this.#look();
  }

  #goTo(step: number): void {
    const rank = this.#candidates.rank(this.#by === 1 ? step : step + 1);
    this.#place = this.#by === 1 ? rank : rank - 1;
    this.#look();
  }

  #look(): void {
    const { count } = this.#candidates;
    if (this.#place >= count) this.#step = this.#trace.total;
    else this.#step = this.#place < 0 ? -1 : this.#candidates.at(this.#place);
  }

  /** Goes past the longest stretch around the candidate in which the condition cannot hold, if there is one. */
  #pass(): boolean {
    if (this.#step >= this.#from && this.#step <= this.#to) return false;
    const { stage, start, count, radix } = this.#cursor.span;
    const steps = stage === "col2im" ? 1 + this.#trace.geometry.groupFilters / FILTERS_OF_A_STEP : 1;
    let smallest = 1;
    for (let fixed = 0; fixed <= radix.spans.length; fixed++) {
      const length = fixed === 0 ? count : radix.spans[fixed - 1];
      if (length === 1 || length * steps < WORTH_BOUNDING) break;
      // Loops of a single turn make stretches of the same length: the innermost of them knows most.
      if (radix.spans[fixed] === length) continue;
      const from = this.#step - ((this.#step - start) % length);
      smallest = length;
      if (this.#stretches[fixed] === from) continue;
      const to = from + length - 1;
      this.spent++;
      const stretch = new Stretch(this.#trace, this.#magnitudes, this.#cursor, fixed, from, to);
      if (!this.#condition.mayHold(stretch)) {
        this.#goTo(this.#by === 1 ? to + 1 : from - 1);
        return true;
      }
      this.#stretches[fixed] = from;
    }
    this.#from = this.#step - ((this.#step - start) % smallest);
    this.#to = this.#from + smallest - 1;
    return false;
  }
}
