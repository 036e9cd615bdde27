import type { Disposable } from "../base/disposable";
import { Emitter } from "../base/events";
import type { ResultName } from "../conv/passes";
import type { TensorName } from "../conv/run";
import type { Tolerance } from "../diagnose/compare";
import type { Tensor } from "../tensor/tensor";
import type { Stage } from "../trace/order/stages";
import type { Trace } from "../trace/moment/trace";
import { type Watch, watchFilter, watchFor } from "./watches";

/** What a breakpoint is set on. */
export type Target =
  /** A line of the listing, from 1; moved to the next line where code is. */
  | { readonly kind: "line"; readonly line: number }
  /** A stage, at its first step. */
  | { readonly kind: "stage"; readonly stage: Stage }
  /**
   * An element or a slice, `region` in NumPy's notation: "[0, 2, :, 5]", or "" for all of it. `written`: each step that
   * writes it, also a partial sum; `changed`: those after which it holds something else; `used`: those that read it;
   * `touched`: those that write or read it.
   */
  | {
      readonly kind: "element";
      readonly tensor: TensorName;
      readonly region: string;
      readonly on: "written" | "changed" | "used" | "touched";
    };

export interface Breakpoint {
  /** Unique among all owners: see `newBreakpointId`. */
  readonly id: number;
  readonly target: Target;
  /** An expression. Where it cannot be evaluated the breakpoint stops, and says why. */
  readonly condition?: string;
  /** Of its hits, counted from the run's start whichever way one goes: "3" and "== 3", ">= 3", "> 3", "< 3", "<= 3", "% 4". */
  readonly hitCondition?: string;
  /** Logs and goes on instead of stopping; expressions in braces: "acc is {acc}". */
  readonly logMessage?: string;
}

/** Whether a breakpoint will do anything, and if not why not; a line breakpoint's line, where it was moved to. */
export interface Verified {
  readonly id: number;
  readonly verified: boolean;
  readonly message?: string;
  readonly line?: number;
}

/**
 * What a step can do that is worth a stop: write NaN where there was none, write an infinity where there was none, make one out of
 * finite numbers, finish an element that differs from what is expected.
 */
export const filters = ["nan", "infinity", "overflow", "mismatch"] as const;
export type Filter = (typeof filters)[number];

export interface VerifiedFilter {
  readonly filter: Filter;
  readonly verified: boolean;
  readonly message?: string;
}

/** What results should be, to compare with. */
export interface Expected {
  readonly tensors: Readonly<Partial<Record<ResultName, Tensor>>>;
  readonly tolerance?: Partial<Tolerance>;
}

let lastId = 0;
/** Breakpoints of several owners are told apart by their ids alone. */
export function newBreakpointId(): number {
  return ++lastId;
}

interface Owned {
  readonly breakpoints: readonly Breakpoint[];
  readonly filters: ReadonlyMap<Filter, string | undefined>;
}

/** The breakpoints of all owners, checked against one run. */
export class Breakpoints implements Disposable {
  readonly #didChange = new Emitter<undefined>();
  /** After every change, whoever made it; also when there is another run, in which they may be verified differently. */
  readonly onDidChange = this.#didChange.event;
  readonly #owned = new Map<string, Owned>();
  #trace: Trace;
  #expected: Expected = { tensors: {} };
  /** All that can be hit, and all that cannot. */
  #watches: readonly Watch[] = [];
  #effective: readonly Watch[] = [];

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** Replaces an owner's breakpoints. */
  set(owner: string, breakpoints: readonly Breakpoint[]): Verified[] {
    this.#replace(owner, { breakpoints });
    return this.verified(owner);
  }

  /** Replaces an owner's filters; `conditions`: expressions that must hold as well. */
  setFilters(
    owner: string,
    filters: readonly Filter[],
    conditions: Readonly<Partial<Record<Filter, string>>> = {},
  ): VerifiedFilter[] {
    this.#replace(owner, { filters: new Map(filters.map((filter) => [filter, conditions[filter]])) });
    return filters.map((filter) => ({ filter, ...stateOf(this.#watch(owner, filter)) }));
  }

  /** What an owner's breakpoints are in the present run. */
  verified(owner: string): Verified[] {
    const { breakpoints } = this.#of(owner);
    return breakpoints.map(({ id }) => {
      const watch = this.#watch(owner, id);
      return { id, ...stateOf(watch), ...(watch.line === undefined ? {} : { line: watch.line }) };
    });
  }

  set expected(expected: Expected) {
    this.#expected = expected;
    this.#check();
  }

  /** Goes on with another run. */
  set trace(trace: Trace) {
    this.#trace = trace;
    this.#check();
  }

  /** All that a run may stop or log for; another list after each change. */
  get watches(): readonly Watch[] {
    return this.#effective;
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  #of(owner: string): Owned {
    return this.#owned.get(owner) ?? { breakpoints: [], filters: new Map() };
  }

  #watch(owner: string, key: number | Filter): Watch {
    return this.#watches.find((watch) => watch.owner === owner && watch.key === key)!; // #check makes one for each
  }

  #replace(owner: string, part: Partial<Owned>): void {
    const owned = { ...this.#of(owner), ...part };
    if (owned.breakpoints.length + owned.filters.size > 0) this.#owned.set(owner, owned);
    else this.#owned.delete(owner);
    this.#check();
  }

  #check(): void {
    this.#watches = [...this.#owned].flatMap(([owner, { breakpoints, filters }]) => [
      ...breakpoints.map((breakpoint) => watchFor(this.#trace, owner, breakpoint)),
      ...[...filters].map(([filter, condition]) => watchFilter(this.#trace, owner, filter, condition, this.#expected)),
    ]);
    this.#effective = this.#watches.filter(({ fault }) => fault === undefined);
    this.#didChange.fire(undefined);
  }
}

function stateOf({ fault }: Watch): { verified: boolean; message?: string } {
  return fault === undefined ? { verified: true } : { verified: false, message: fault };
}
