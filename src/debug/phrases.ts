import { numberText } from "../tensor/numbers";
import { evaluateAt } from "../trace/moment/cursor";
import { type Element, elementText, windowCell } from "../trace/order/elements";
import type { Listing } from "../trace/listing/listing";
import type { Frame } from "../trace/order/navigate";
import { nests } from "../trace/order/stages";
import { type Variable, variables } from "../trace/expression/syntax";
import type { Access } from "../trace/moment/trace";
import type { Present } from "./container";
import { tensorNames } from "./tensors";

// What the listing says, as expressions and with the numbers of a step: for hovers, and for values beside its lines.

/** Characters [start, end) of a line. */
export interface Phrase {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `W[f, c - g * 2, ky, kx]`, `x[n, c, source(iy, 4), source(ix, 4)]`: there are no brackets in the brackets. */
const elements = new RegExp(`\\b(?:${tensorNames.join("|")})\\[[^\\]]*\\]`, "g");
const words = /[A-Za-z_]\w*/g;
const known: ReadonlySet<string> = new Set([...variables, ...tensorNames]);

/** What is worth to be evaluated at a character of a line of the listing: a name in it, or the whole element around it. */
export function phraseAt(line: string, at: number): Phrase | null {
  const code = line.replace(/#.*$/, "");
  const under = (found: Iterable<RegExpMatchArray>) =>
    [...found]
      .map(({ 0: text, index = 0 }) => ({ text, start: index, end: index + text.length }))
      .find(({ start, end }) => start <= at && at < end);
  const word = under(code.matchAll(words));
  const element = under(code.matchAll(elements));
  const isIndex = word !== undefined && known.has(word.text) && word.start !== element?.start;
  return isIndex ? word : (element ?? null);
}

const windowCells = /^(x|dx)\[n, c, (?:iy, ix|source\(iy, \d+\), source\(ix, \d+\))\]$/;

/**
 * The cell of x or dx under the present tap, if a text is how the listing writes it: as an expression iy and ix would count from
 * the end where they lie in the padding, and `source` is no function of expressions.
 */
export function windowCellOf({ trace, step }: Present, text: string): Element | null {
  const tensor = windowCells.exec(text)?.[1];
  if (tensor === undefined) return null;
  const { at, tap } = trace.steps.place(step);
  return tap === null ? null : windowCell(trace.geometry, tensor === "x" ? "x" : "dx", at);
}

/** Whether a cell is no element of its tensor, but zero padding around it. */
export function isOutside({ trace }: Present, { padding }: Element): boolean {
  return padding === true && trace.geometry.paddingMode === "zeros";
}
const DROPPED = "dropped (padding)";

/** What stands for the value of such a cell: `0 (padding at [0, 0, -1, 3])`; null for an element. */
export function outsideText(now: Present, cell: Element): string | null {
  if (!isOutside(now, cell)) return null;
  return `${cell.tensor === "x" ? "0" : "dropped"} (${elementText(now.trace.geometry, cell)})`;
}

/** Values for the end of a line: `["acc = 0.5", "col[0, 4] = 1"]` */
export interface LineValues {
  readonly line: number;
  readonly values: readonly string[];
}

/** What a frame's lines have made of their names: the loops that are under way, and the numbers of the present step. */
export function valuesBeside(now: Present, listing: Listing, { stage, depth }: Frame): LineValues[] {
  if (depth === "stage") return [];
  const { trace, step } = now;
  const { reads, writes } = trace.at(step);
  const { dtype } = trace.run.arithmetic;
  const [reached, statement] = [listing.lineOf(stage, depth), listing.lineOf(stage, "tap")];
  const isDone = nests[stage].sums && trace.steps.place(step).last;
  const named = (name: Variable): string[] => {
    const value = evaluateAt(trace, { kind: "variable", name }, step);
    return typeof value === "number" ? [`${name} = ${numberText(value, dtype)}`] : [];
  };
  const touched = (name: string): string => {
    const access = [...writes, ...reads].find(({ tensor }) => tensor === name);
    return access === undefined ? `${name}: ${DROPPED}` : accessText(now, access); // only what would go into padding is not touched
  };
  return listing.lines.flatMap(({ text, hits }, i) => {
    const line = i + 1;
    if (hits?.stage !== stage || line === listing.lineOf(stage, "stage")) return [];
    if (line > reached && !(line > statement && isDone)) return [];
    const { names, tensors } = namesIn(text);
    const values = [...names.flatMap(named), ...tensors.map(touched)];
    return values.length === 0 ? [] : [{ line, values }];
  });
}

/** `x[0, 0, 1, 3] = 0.5`, `padding at [0, 0, -1, 3] = 0` */
function accessText({ trace }: Present, access: Access): string {
  // What a step touches is written.
  return `${elementText(trace.geometry, access)} = ${numberText(access.value ?? 0, trace.run.arithmetic.dtype)}`;
}

/** The names that a line of the listing gives values to, and the tensors that it takes elements of. */
function namesIn(text: string): { names: Variable[]; tensors: string[] } {
  // `acc = 0` is long past when there is a sum to show.
  const [, given = ""] = /^ *(?:for (\w+) in|([\w, ]+) \+?= (?!0$))/.exec(text)?.filter(Boolean) ?? [];
  const names = given.split(", ");
  const tensors = [...text.matchAll(elements)].map(([element]) => element.slice(0, element.indexOf("[")));
  return { names: variables.filter((name) => names.includes(name)), tensors };
}
