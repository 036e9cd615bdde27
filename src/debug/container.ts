import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { TensorName } from "../conv/run";
import type { Trace } from "../trace/moment/trace";
import type { References } from "./references";

/** What variables are read from, each time that they are asked for: the run may be another one by then. */
export interface Present {
  readonly trace: Trace;
  readonly step: number;
  readonly containers: References<Container>;
}

/** An element of a tensor, or, where indices are missing, the part of it that they leave. */
export interface Part {
  readonly tensor: TensorName;
  readonly prefix: readonly number[];
}

/** Something with variables in it: some by name, any number of them by number, made when they are looked at. */
export interface Container {
  readonly named: () => P.Variable[];
  readonly length: number;
  /** Of a group: the number of its first one in the whole. */
  readonly from?: number;
  readonly at: (i: number) => P.Variable;
  /** What the variable of this name shows of a tensor; null if it shows something else, or if there is none. */
  readonly part: (name: string) => Part | null;
}

export function namedOnly(named: () => P.Variable[], part: Container["part"] = () => null): Container {
  return { named, length: 0, at: () => ({ name: "", value: "", variablesReference: 0 }), part };
}

export interface Page {
  readonly filter?: "indexed" | "named";
  readonly start?: number;
  readonly count?: number;
}

/** Variables of one answer. More of them are put into groups, and groups of groups, of this size. */
const MOST_ROWS = 100;
/** What a client gets that says itself how many it wants. */
const MOST_PAGE = 1000;

/** A page of a container's variables. A long list that is asked for as a whole comes in groups. */
export function pageOf(container: Container, { filter, start = 0, count = 0 }: Page, now: Present): P.Variable[] {
  const named = filter === "indexed" ? [] : container.named();
  if (filter === "named") return named;
  const to = count > 0 ? Math.min(container.length, start + count) : container.length;
  const rows = Math.max(0, to - start);
  if (rows > (count > 0 ? MOST_PAGE : MOST_ROWS)) return [...named, ...groups(container, start, to, now)];
  return [...named, ...Array.from({ length: rows }, (_, i) => container.at(start + i))];
}

function groups(container: Container, start: number, to: number, now: Present): P.Variable[] {
  const { from = 0 } = container;
  let size = MOST_ROWS;
  while ((to - start) / size > MOST_ROWS) size *= MOST_ROWS;
  return Array.from({ length: Math.ceil((to - start) / size) }, (_, i) => {
    const [first, end] = [start + i * size, Math.min(to, start + (i + 1) * size)];
    const group: Container = {
      ...container,
      named: () => [],
      length: end - first,
      from: from + first,
      at: (at) => container.at(first + at),
    };
    return {
      name: `[${from + first} … ${from + end - 1}]`,
      value: "",
      variablesReference: now.containers.of(group),
      indexedVariables: end - first,
    };
  });
}
