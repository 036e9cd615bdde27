import type { Syntax } from "./syntax";

/** Where the comment at `at` ends; −1: none begins there. One that is not closed goes on to the end. */
export function commentEnd(text: string, at: number, { block, nests, line }: Syntax): number {
  if (block !== null && text.startsWith(block[0], at) && (block[0] !== "%{" || standsAlone(text, at)))
    return nests ? nestedEnd(text, at, block) : after(text, block[1], at + block[0].length);
  return line.some((mark) => text.startsWith(mark, at)) ? lineEnd(text, at) : -1;
}

/** MATLAB's block comments begin and end in lines of their own. */
function standsAlone(text: string, at: number): boolean {
  return (
    text.slice(at + 2, lineEnd(text, at)).trim() === "" &&
    text.slice(text.lastIndexOf("\n", at - 1) + 1, at).trim() === ""
  );
}

function nestedEnd(text: string, from: number, [open, close]: readonly [string, string]): number {
  let depth = 1;
  for (let at = from + open.length; at < text.length;) {
    if (text.startsWith(close, at)) {
      at += close.length;
      if (--depth === 0) return at;
    } else if (text.startsWith(open, at)) {
      depth++;
      at += open.length;
    } else at++;
  }
  return text.length;
}

/**
 * Where the text in quotes at `at` ends; −1: none begins there. `operand`: a value stands directly before it, so that a single
 * quote may be a transpose. Every character is looked at once, or a bounded number of times.
 */
export function textEnd(text: string, at: number, syntax: Syntax, operand: boolean): number {
  const mark = text[at];
  if (syntax.raw !== null && /[rRbuUL]/.test(mark)) {
    syntax.raw.lastIndex = at;
    const found = syntax.raw.exec(text);
    if (found !== null)
      return after(
        text,
        mark.startsWith("R") || found[0].endsWith("(") ? `)${found[1]}"` : `"${found[1]}`,
        at + found[0].length,
      );
  }
  if (!Object.hasOwn(syntax.quotes, mark)) return -1;
  if (syntax.triple.includes(mark) && text.startsWith(mark.repeat(3), at)) return tripleEnd(text, at + 3, mark);
  const quote = syntax.quotes[mark];
  switch (quote) {
    case "raw":
      return after(text, mark, at + 1);
    case "character":
      return characterEnd(text, at);
    case "template":
      return templateEnd(text, at);
    case "doubled":
      return operand && mark === "'" ? -1 : doubledEnd(text, at);
    case "line":
    case "lines":
      return quotedEnd(text, at, quote === "lines");
  }
}

function quotedEnd(text: string, from: number, lines: boolean): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === text[from]) return at + 1;
    else if (text[at] === "\n" && !lines) return at;
  }
  return text.length;
}

function doubledEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\n") return at;
    if (text[at] !== text[from]) continue;
    if (text[at + 1] !== text[from]) return at + 1;
    at++;
  }
  return text.length;
}

function tripleEnd(text: string, from: number, mark: string): number {
  const close = mark.repeat(3);
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(close, at)) return at + 3;
  }
  return text.length;
}

const character = /'(?:[^'\\\n]|\\[^\n][^'\n]{0,10})'/uy;

function characterEnd(text: string, at: number): number {
  character.lastIndex = at;
  return character.test(text) ? character.lastIndex : -1;
}

/** What stands in ${…} is passed over with it. */
function templateEnd(text: string, from: number): number {
  /** For each template that is open, the braces that are open in its expression; −1: in its text. */
  const open = [-1];
  let at = from + 1;
  for (; at < text.length && open.length > 0; at++) {
    const top = open.length - 1;
    const mark = text[at];
    if (mark === "\\") at++;
    else if (open[top] < 0) {
      if (mark === "`") open.pop();
      else if (mark === "$" && text[at + 1] === "{") {
        open[top] = 0;
        at++;
      }
    } else if (mark === "`") open.push(-1);
    else if (mark === '"' || mark === "'") at = quotedEnd(text, at, false) - 1;
    else if (mark === "{") open[top]++;
    else if (mark === "}") open[top]--;
  }
  return Math.min(at, text.length);
}

const LONGEST_REGEXP = 1000;

/** Where the regular expression at `from` ends, if it is closed in its line; else how far that was looked for. */
export function regexpAt(text: string, from: number): { readonly end: number; readonly closed: boolean } {
  let inClass = false;
  let at = from + 1;
  for (; at < Math.min(text.length, from + LONGEST_REGEXP) && text[at] !== "\n"; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "/" && !inClass) return { end: at + 1, closed: true };
  }
  return { end: at, closed: false };
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** Behind the next `mark`, or the end. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}
