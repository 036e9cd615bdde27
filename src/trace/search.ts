import { ConvError } from "../base/errors";
import { mayHold } from "./bounds";
import { Cursor } from "./cursor";
import { evaluate, isTrue } from "./evaluate";
import { Magnitudes } from "./magnitudes";
import type { Direction } from "./navigate";
import { Stretch } from "./region";
import type { Expression } from "./syntax";
import type { Trace } from "./trace";

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

/** Stretches shorter than this are walked: to bound one costs as much as some steps. */
const WORTH_BOUNDING = 16;
const LONGEST_TURN = 12; // milliseconds before others get a turn

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
  const search = new Search(trace, condition, from, direction);
  for (let turnEnds = 0; ; turnEnds = Date.now() + LONGEST_TURN) {
    if (signal?.aborted) throw new ConvError({ code: "cancelled", what: "the search was cancelled" });
    do {
      const result = search.advance(Math.min(budget, search.spent + 1024));
      if (result !== null) return result;
      if (search.spent >= budget) return { kind: "budget", step: search.step };
    } while (Date.now() < turnEnds);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

class Search {
  spent = 0;
  readonly #trace: Trace;
  readonly #condition: Expression;
  readonly #cursor: Cursor;
  readonly #magnitudes: Magnitudes;
  readonly #by: 1 | -1;
  #step: number;

  constructor(trace: Trace, condition: Expression, from: number, direction: Direction) {
    this.#trace = trace;
    this.#condition = condition;
    this.#by = direction === "forward" ? 1 : -1;
    this.#step = from;
    this.#cursor = new Cursor(trace, from, (elements) => (this.spent += elements));
    this.#magnitudes = new Magnitudes(trace);
  }

  get step(): number {
    return this.#step;
  }

  /** Goes on until something is decided or `limit` is spent; null: not decided yet. */
  advance(limit: number): SearchResult | null {
    while (this.spent < limit) {
      if (this.#step < 0 || this.#step >= this.#trace.total) return { kind: "none" };
      if (this.#cursor.step + this.#by === this.#step) this.#cursor.move(this.#by);
      else if (this.#cursor.step !== this.#step) this.#cursor.seek(this.#step);
      const passed = this.#passable();
      if (passed > 0) {
        this.#step += this.#by * passed;
        continue;
      }
      this.spent++;
      if (isTrue(evaluate(this.#condition, this.#cursor))) return { kind: "found", step: this.#step };
      this.#step += this.#by;
    }
    return null;
  }

  /** The length of the longest stretch that begins here, in the direction of the search, and has no hit; 0 if none. */
  #passable(): number {
    const { start, count, radix } = this.#cursor.span;
    const gone = this.#by === 1 ? this.#step - start : start + count - 1 - this.#step;
    for (let fixed = 0; fixed <= radix.spans.length; fixed++) {
      const length = fixed === 0 ? count : radix.spans[fixed - 1];
      if (length < WORTH_BOUNDING) return 0;
      // Loops of a single turn make stretches of the same length: the innermost of them knows most.
      if (gone % length !== 0 || radix.spans[fixed] === length) continue;
      const from = this.#by === 1 ? this.#step : this.#step - length + 1;
      this.spent++;
      const stretch = new Stretch(this.#trace, this.#magnitudes, this.#cursor, fixed, from, from + length - 1);
      if (!mayHold(this.#condition, stretch)) return length;
    }
    return 0;
  }
}
