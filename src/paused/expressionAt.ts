/** `a`, `a.b`, `a->b`, `a::b`, `a?.b`, `a[0]`, from its beginning. A call may do something, so it is never part of it. */
const beforeName = /(?:[\p{L}_$][\p{L}\p{N}_$]*|\])\s*(?:\?\.|\.|->|::)$/u;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/**
 * The expression that a person means who points at a column (from 0) of a line of source: the name there, with all that it is
 * taken from. `self.conv.weight` pointed at in the middle is `self.conv`. "" where there is no name.
 */
export function expressionAt(line: string, column: number): string {
  const word = [...line.matchAll(name)].find(({ index, 0: text }) => index <= column && column <= index + text.length);
  if (word === undefined) return "";
  const end = word.index + word[0].length;
  let start = word.index;
  for (let before = line.slice(0, start); beforeName.test(before); before = line.slice(0, start)) {
    const owner = ownerStart(before.replace(/\s*(?:\?\.|\.|->|::)$/, ""));
    if (owner === undefined) break;
    start = owner;
  }
  return line.slice(start, end);
}

/** Where the name that a text ends with begins, its subscripts passed over. */
function ownerStart(text: string): number | undefined {
  let end = text.length;
  while (text[end - 1] === "]") {
    let depth = 0;
    do {
      end--;
      if (text[end] === "]") depth++;
      if (text[end] === "[") depth--;
      if (/[()]/.test(text[end] ?? "")) return undefined;
    } while (depth > 0 && end > 0);
  }
  return /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(text.slice(0, end))?.index;
}
