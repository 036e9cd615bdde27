import { type Edit, createScanner } from "jsonc-parser";
import { LayerText } from "./layerText";

/** A token of JSON, or a comment. The first character tells which. */
interface Token {
  readonly text: string;
  readonly offset: number;
  /** Line ends before it. */
  readonly breaks: number;
}

/**
 * Edits that lay out a layer file. Lines stay broken where they are and comments as they are; lines are indented, or stand below what
 * follows their bracket, and the numbers of matrix rows below each other are set in columns. None for a text that is no JSON.
 */
export function formatEdits(text: string, indent = 2): Edit[] {
  if (new LayerText(text).problems.some(({ code }) => code === "bad-syntax")) return [];
  const lines = linesOf(tokensOf(text));
  const widths = columnWidths(lines);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const edits: Edit[] = [];
  /** For each open bracket, where lines inside of it begin, and where its own line does. */
  const open: { readonly inside: number; readonly line: number }[] = [];
  let end = 0;
  for (const line of lines) {
    let column = 0;
    let start = 0;
    for (const [i, token] of line.entries()) {
      const padding = (widths.get(token) ?? token.text.length) - token.text.length;
      if (i === 0) column = start = (isClose(token) ? open.at(-1)?.line : open.at(-1)?.inside) ?? 0;
      else column += gap(line[i - 1], token) + padding;
      const before =
        i === 0
          ? eol.repeat(Math.min(2, token.breaks)) + " ".repeat(column)
          : " ".repeat(gap(line[i - 1], token) + padding);
      if (text.slice(end, token.offset) !== before)
        edits.push({ offset: end, length: token.offset - end, content: before });
      end = token.offset + token.text.length;
      column += token.text.length;
      if (isClose(token)) open.pop();
      if (isOpen(token)) {
        const next = line.at(i + 1);
        const isLast = next === undefined || isComment(next);
        open.push(isLast ? { inside: start + indent, line: start } : { inside: column, line: column - 1 });
      }
    }
  }
  return edits;
}

function tokensOf(text: string): Token[] {
  const scanner = createScanner(text, false);
  const tokens: Token[] = [];
  let breaks = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const [offset, length] = [scanner.getTokenOffset(), scanner.getTokenLength()];
    const token = text.slice(offset, offset + length);
    if (/^[\r\n]/.test(token)) breaks++;
    if (token.trim() === "") continue;
    tokens.push({ text: token, offset, breaks });
    breaks = 0;
  }
  return tokens;
}

function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [];
  for (const token of tokens) {
    const line = lines.at(-1);
    if (line === undefined || token.breaks > 0) lines.push([token]);
    else line.push(token);
  }
  return lines;
}

/** Spaces between two tokens of one line. */
function gap(before: Token, after: Token): number {
  if (isComment(before) || isComment(after)) return 1;
  if (after.text === "," || after.text === ":") return 0;
  if (before.text === "[" || after.text === "]") return 0;
  // An object is { set off }, an empty one is not.
  return before.text === "{" && after.text === "}" ? 0 : 1;
}

/** The widths of numbers that stand below each other: in lines of equally many numbers in equal brackets, one after the other. */
function columnWidths(lines: readonly (readonly Token[])[]): Map<Token, number> {
  const widths = new Map<Token, number>();
  let block: Token[][] = [];
  let form = "";
  const close = () => {
    const count = block.at(0)?.length ?? 0;
    for (let column = 0; column < count; column++) {
      const cells = block.map((row) => row[column]);
      const width = Math.max(...cells.map(({ text }) => text.length));
      for (const cell of cells) widths.set(cell, width);
    }
    block = [];
  };
  for (const line of lines) {
    const now = formOf(line);
    if (now === null || now !== form || line[0].breaks > 1) close();
    form = now ?? "";
    if (now !== null) block.push(line.filter(isNumber));
  }
  close();
  return widths;
}

/**
 * What must be equal in two lines for their numbers to be in columns: the brackets between the first number and the last. A key before
 * them belongs to a matrix only if more brackets open after it than are closed: `"stride": [2, 1],` is none.
 */
function formOf(line: readonly Token[]): string | null {
  const first = line.findIndex(isNumber);
  const last = line.findLastIndex(isNumber);
  if (first < 1 || line[first - 1].text !== "[") return null;
  const before = line.slice(0, first);
  const depth = (tokens: readonly Token[]) => tokens.filter(isOpen).length - tokens.filter(isClose).length;
  const isRow = before.every(({ text }) => text === "[");
  if (!isRow && depth(line) < 1) return null;
  const inner = line.slice(first, last + 1);
  if (!inner.every((token) => isNumber(token) || "[],".includes(token.text))) return null;
  return inner.map((token) => (isNumber(token) ? "n" : token.text)).join("");
}

/** NaN and the infinities stand in quotation marks. */
function isNumber({ text }: Token): boolean {
  return /^(-?\d|"(NaN|-?Infinity)"$)/.test(text);
}

function isOpen({ text }: Token): boolean {
  return text === "[" || text === "{";
}

function isClose({ text }: Token): boolean {
  return text === "]" || text === "}";
}

function isComment({ text }: Token): boolean {
  return text.startsWith("/");
}
