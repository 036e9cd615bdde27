import type { Control } from "./control";

/** Lines and columns as we count them, from 1; a client may count from 0. */
export function inText({ client }: Control, { line, column }: { line: number; column?: number }) {
  return {
    line: client?.linesStartAt1 === false ? line + 1 : line,
    column: column !== undefined && client?.columnsStartAt1 === false ? column + 1 : column,
  };
}

interface Stretch {
  line?: number;
  endLine?: number;
  column?: number;
  endColumn?: number;
}

/** The inverse, of all lines and columns that there are. */
export function toClient<T extends Stretch>({ client }: Control, place: T): T {
  const result = { ...place };
  if (client?.linesStartAt1 === false)
    for (const key of ["line", "endLine"] as const) if (result[key] !== undefined) result[key]--;
  if (client?.columnsStartAt1 === false)
    for (const key of ["column", "endColumn"] as const) if (result[key] !== undefined) result[key]--;
  return result;
}
