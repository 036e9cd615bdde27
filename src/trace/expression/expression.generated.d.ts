// The types of expression.generated.js, by hand: peggy knows nothing of what its actions return.
import type { Node } from "./syntax";

/** Throws SyntaxError. */
export function parse(text: string): Node;

export class SyntaxError extends Error {
  readonly expected: readonly { readonly type: string; readonly description?: string; readonly text?: string }[] | null;
  readonly found: string | null;
  readonly location: { readonly start: { readonly offset: number } };
}
