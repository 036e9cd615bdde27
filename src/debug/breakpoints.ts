import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Breakpoint, type Target, type Verified, newBreakpointId } from "../session/breakpoints";
import type { Program } from "./program";

/** Where a breakpoint is, once there is a program: perhaps at several places. Or why it is nowhere. */
export type Placed =
  { readonly targets: readonly Target[]; readonly at?: Partial<P.Breakpoint> } | { readonly message: string };

/** A breakpoint as a client wants it. */
export interface Wanted extends Pick<Breakpoint, "condition" | "hitCondition" | "logMessage"> {
  readonly place: (program: Program) => Placed;
  /** What tells it from others of its group: one that is wanted again keeps its number, and so its count of hits. */
  readonly key: string;
}

export type Reason = "breakpoint" | "function breakpoint" | "data breakpoint";

interface Entry {
  /** Numbers in the session, one for each place; the first is the client's as well. */
  readonly ids: readonly number[];
  readonly reason: Reason;
  readonly wanted: Wanted;
  answer: P.Breakpoint;
}

/** Breakpoints may be set before there is a program; then they are verified as soon as there is one. */
const waiting = "the layer is not loaded yet";
/** At how many places one breakpoint may be. */
const MOST_PLACES = 2;

/** All breakpoints of one client. */
export class Breakpoints {
  readonly #groups = new Map<string, readonly Entry[]>();

  /** Replaces a group, as the protocol has it: all breakpoints of one source, or of one kind. */
  set(group: string, reason: Reason, wanted: readonly Wanted[]): void {
    const before = [...(this.#groups.get(group) ?? [])];
    const entries = wanted.map((one): Entry => {
      const same = before.findIndex(({ wanted: { key } }) => key === one.key);
      const ids =
        before.splice(same, same < 0 ? 0 : 1).at(0)?.ids ?? Array.from({ length: MOST_PLACES }, newBreakpointId);
      return { ids, reason, wanted: one, answer: { id: ids[0], verified: false, message: waiting } };
    });
    if (entries.length > 0) this.#groups.set(group, entries);
    else this.#groups.delete(group);
  }

  answers(group: string): P.Breakpoint[] {
    return (this.#groups.get(group) ?? []).map(({ answer }) => answer);
  }

  /** Puts all of them where they belong in a program; `install` verifies. Returns those whose answer is another now. */
  install(program: Program, install: (list: readonly Breakpoint[]) => readonly Verified[]): P.Breakpoint[] {
    const entries = [...this.#groups.values()].flat();
    const placed = entries.map(({ wanted }) => wanted.place(program));
    const list = entries.flatMap(({ ids, wanted: { condition, hitCondition, logMessage } }, i) => {
      const place = placed[i];
      if ("message" in place) return [];
      return place.targets.map((target, part) => ({ id: ids[part], target, condition, hitCondition, logMessage }));
    });
    const verified = new Map(install(list).map((one) => [one.id, one]));
    const changed: P.Breakpoint[] = [];
    for (const [i, entry] of entries.entries()) {
      const before = JSON.stringify(entry.answer);
      entry.answer = answerOf(entry.ids, placed[i], verified);
      if (JSON.stringify(entry.answer) !== before) changed.push(entry.answer);
    }
    return changed;
  }

  /** Of the session's breakpoints that were hit: the client's own, and what to call the stop. `line`: of the listing. */
  hit(ids: readonly number[]): { readonly ids: number[]; readonly reason: Reason; readonly line?: number } {
    const found = [...this.#groups.values()].flat().filter((entry) => entry.ids.some((id) => ids.includes(id)));
    const first = found.at(0);
    if (first === undefined) return { ids: [], reason: "breakpoint" };
    return {
      ids: found.map((entry) => entry.ids[0]),
      reason: first.reason,
      line: found.find(isInListing)?.answer.line,
    };
  }
}

/** Whether its line is one of the listing, rather than of the layer file; data has none. */
function isInListing({ answer }: Entry): boolean {
  return (answer.source?.sourceReference ?? 0) > 0;
}

function answerOf(ids: readonly number[], placed: Placed, verified: ReadonlyMap<number, Verified>): P.Breakpoint {
  const [id] = ids;
  if ("message" in placed) return { id, verified: false, message: placed.message };
  const parts = placed.targets.flatMap((_, part) => verified.get(ids[part]) ?? []);
  const refused = parts.find((part) => !part.verified);
  const { message } = refused ?? parts.find((part) => part.message !== undefined) ?? {};
  const line = placed.targets[0]?.kind === "line" ? parts[0]?.line : undefined;
  return {
    id,
    verified: refused === undefined,
    ...placed.at,
    ...(line !== undefined && { line }),
    ...(message !== undefined && { message }),
  };
}
