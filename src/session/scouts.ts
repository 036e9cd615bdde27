import { includes, nearestOf } from "../trace/order/ascending";
import type { Condition } from "../trace/search/condition";
import type { Direction } from "../trace/order/navigate";
import { Search } from "../trace/search/search";
import type { Trace } from "../trace/moment/trace";
import type { Watch } from "./watches";

/** Looks ahead for the next hit of one watch. */
export interface Scout {
  readonly watch: Watch;
  /** Everything before it, in the direction of the run, is decided; if `found`, it is a hit. */
  readonly step: number;
  readonly found: boolean;
  /** Looks further for a while, but not beyond `last`. */
  advance(last: number): void;
  /** Goes past the hit. */
  leave(): void;
}

/** Begins at `from`, which may lie just outside the run. */
export function scoutOf(trace: Trace, watch: Watch, from: number, direction: Direction): Scout {
  const { condition, picked } = watch;
  if (condition === null || trace.total === 0) return new Known(trace, watch, from, direction);
  const scout = new Sought(trace, watch, condition, from, direction);
  return picked === null ? scout : new Counted(scout, trace, condition, from, direction);
}

/** What one call of `advance` may spend. */
const TURN = 1024;

/** Hits that are known without looking. */
class Known implements Scout {
  readonly watch: Watch;
  step!: number;
  found!: boolean;
  readonly #beyond: number;
  readonly #back: boolean;

  constructor(trace: Trace, watch: Watch, from: number, direction: Direction) {
    this.watch = watch;
    this.#back = direction === "back";
    this.#beyond = this.#back ? -1 : trace.total;
    this.#look(from);
  }

  advance(): void {
    // There is nothing to look for.
  }

  leave(): void {
    this.#look(this.step + (this.#back ? -1 : 1));
  }

  #look(from: number): void {
    const hit = nearestOf(this.watch.steps, from, this.#back);
    this.found = hit !== null;
    this.step = hit ?? this.#beyond;
  }
}

/** Hits that a condition decides. */
class Sought implements Scout {
  readonly watch: Watch;
  found = false;
  readonly #search: Search;

  constructor(trace: Trace, watch: Watch, condition: Condition, from: number, direction: Direction) {
    this.watch = watch;
    this.#search = new Search(trace, condition, from, direction, watch.steps);
  }

  get step(): number {
    return this.#search.step;
  }

  advance(last: number): void {
    this.found = this.#search.advance(this.#search.spent + TURN, last);
  }

  leave(): void {
    this.found = false;
    this.#search.leave();
  }
}

/** How many hits of a watch there are up to a step, itself included. Kept, so that the next run need not count them again. */
interface Count {
  step: number;
  hits: number;
}
const counts = new WeakMap<Watch, Count>();

/** Goes through the hits between where counting ended the last time and where a scout begins. */
interface Counting {
  readonly search: Search;
  readonly last: number;
  readonly by: 1 | -1;
}

/** Of the hits of another scout those whose number counts. Numbers begin at the run's start, so that both directions agree. */
class Counted implements Scout {
  readonly watch: Watch;
  found = false;
  readonly #hits: Scout;
  readonly #count: Count;
  readonly #by: 1 | -1;
  /** null: done. */
  #counting: Counting | null = null;

  constructor(hits: Scout, trace: Trace, condition: Condition, from: number, direction: Direction) {
    this.watch = hits.watch;
    this.#hits = hits;
    this.#by = direction === "forward" ? 1 : -1;
    this.#count = counts.get(this.watch) ?? { step: -1, hits: 0 };
    counts.set(this.watch, this.#count);
    const before = direction === "forward" ? from - 1 : from;
    const { step } = this.#count;
    const look = (start: number, way: Direction) => new Search(trace, condition, start, way, this.watch.steps);
    if (step < before) this.#counting = { search: look(step + 1, "forward"), last: before, by: 1 };
    if (step > before) this.#counting = { search: look(step, "back"), last: before + 1, by: -1 };
  }

  get step(): number {
    return this.#hits.step;
  }

  advance(last: number): void {
    if (this.#counting !== null) {
      this.#goOnCounting(this.#counting);
      return;
    }
    this.#hits.advance(last);
    if (!this.#hits.found) return;
    if (this.#by === 1) this.#count.hits++;
    this.#count.step = this.step;
    this.found = includes(this.watch.picked!, this.#count.hits - 1); // scoutOf: some are picked
    if (!this.found) this.leave();
  }

  leave(): void {
    this.found = false;
    if (this.#by === -1) this.#uncount(this.step);
    this.#hits.leave();
  }

  #goOnCounting({ search, last, by }: Counting): void {
    if (search.advance(search.spent + TURN, last)) {
      if (by === -1) this.#uncount(search.step);
      else {
        this.#count.hits++;
        this.#count.step = search.step;
      }
      search.leave();
    } else if (search.isBeyond(last)) this.#counting = null;
  }

  #uncount(step: number): void {
    this.#count.hits--;
    this.#count.step = step - 1;
  }
}
