import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Breakpoint, type Target, type Verified, newBreakpointId } from "../session/breakpoints";
import type { Program } from "./program";

/** Where a breakpoint is, once there is a program. Or why it is nowhere. */
export type Placed = { readonly target: Target; readonly at?: Partial<P.Breakpoint> } | { readonly message: string };

/** A breakpoint as a client wants it. */
export interface Wanted extends Pick<Breakpoint, "condition" | "hitCondition" | "logMessage"> {
  readonly place: (program: Program) => Placed;
  /** What tells it from others of its group: one that is wanted again keeps its number, and so its count of hits. */
  readonly key: string;
}

export type Reason = "breakpoint" | "function breakpoint" | "data breakpoint";

interface Entry {
  /** The same in the session and for the client. */
  readonly id: number;
  readonly reason: Reason;
  readonly wanted: Wanted;
  answer: P.Breakpoint;
}

/** Breakpoints may be set before there is a program; then they are verified as soon as there is one. */
const waiting = "the layer is not loaded yet";

/** All breakpoints of one client. */
export class Breakpoints {
  readonly #groups = new Map<string, readonly Entry[]>();

  /** Replaces a group, as the protocol has it: all breakpoints of one source, or of one kind. */
  set(group: string, reason: Reason, wanted: readonly Wanted[]): void {
    const before = [...(this.#groups.get(group) ?? [])];
    const entries = wanted.map((one): Entry => {
      const same = before.findIndex(({ wanted: { key } }) => key === one.key);
      const id = before.splice(same, same < 0 ? 0 : 1).at(0)?.id ?? newBreakpointId();
      return { id, reason, wanted: one, answer: { id, verified: false, message: waiting } };
    });
    if (entries.length > 0) this.#groups.set(group, entries);
    else this.#groups.delete(group);
  }

  answers(group: string): P.Breakpoint[] {
    return (this.#groups.get(group) ?? []).map(({ answer }) => answer);
  }

  /** Puts all of them where they belong in a program; `install` verifies. Returns those whose answer is another now. */
  install(program: Program, install: (list: readonly Breakpoint[]) => readonly Verified[]): P.Breakpoint[] {
    const entries = this.#all;
    const placed = entries.map(({ wanted }) => wanted.place(program));
    const list = entries.flatMap(({ id, wanted: { condition, hitCondition, logMessage } }, i) => {
      const place = placed[i];
      return "message" in place ? [] : [{ id, target: place.target, condition, hitCondition, logMessage }];
    });
    const verified = new Map(install(list).map((one) => [one.id, one]));
    const changed: P.Breakpoint[] = [];
    for (const [i, entry] of entries.entries()) {
      const before = JSON.stringify(entry.answer);
      entry.answer = answerOf(entry.id, placed[i], verified.get(entry.id));
      if (JSON.stringify(entry.answer) !== before) changed.push(entry.answer);
    }
    return changed;
  }

  /** Of the session's breakpoints that were hit: the client's own, and what to call the stop. `line`: of the listing. */
  hit(ids: readonly number[]): { readonly ids: number[]; readonly reason: Reason; readonly line?: number } {
    const found = this.#all.filter(({ id }) => ids.includes(id));
    const first = found.at(0);
    if (first === undefined) return { ids: [], reason: "breakpoint" };
    return {
      ids: found.map(({ id }) => id),
      reason: first.reason,
      line: found.find(isInListing)?.answer.line,
    };
  }

  /** The line that a breakpoint stands on; undefined for one on data. */
  placeOf(id: number): Pick<P.Breakpoint, "source" | "line" | "column"> | undefined {
    const answer = this.#all.find((entry) => entry.id === id)?.answer;
    return answer?.line === undefined ? undefined : { source: answer.source, line: answer.line, column: answer.column };
  }

  get #all(): readonly Entry[] {
    return [...this.#groups.values()].flat();
  }
}

/** Whether its line is one of the listing, rather than of the layer file; data has none. */
function isInListing({ answer }: Entry): boolean {
  return (answer.source?.sourceReference ?? 0) > 0;
}

function answerOf(id: number, placed: Placed, found: Verified | undefined): P.Breakpoint {
  if ("message" in placed || found === undefined)
    return { id, verified: false, message: "message" in placed ? placed.message : waiting };
  const { verified, message, line } = found;
  return {
    id,
    verified,
    ...placed.at,
    ...(line !== undefined && { line }),
    ...(message !== undefined && { message }),
  };
}
