import type * as vscode from "vscode";
import { shapeText } from "../tensor/tensor";
import { type Draft, type InputChoice, draftGeometry, draftText, newDraft } from "./draft";
import { searchLiterals } from "../literals/finder";
import { syntaxOf } from "../literals/syntax";
import { type Literal, nestedOf } from "../literals/literal";
import type { TextRange } from "./movedRange";
import { inputName } from "./newLayer";
import type { Request } from "./runner";

/** An input, and where its paths start from. */
export interface FilterInput {
  readonly base: vscode.Uri;
  readonly choice: InputChoice;
}

/** A filter in a source file that runs: where it stands now, whatever is typed around it, and what goes into it. */
export interface FilterPlace {
  readonly uri: vscode.Uri;
  range: TextRange;
  readonly input: FilterInput;
}

/** The filter that stands in a piece of a document, or around it. */
export function literalIn(document: vscode.TextDocument, { start, end }: TextRange): Literal | undefined {
  const syntax = syntaxOf(document.languageId);
  if (syntax === undefined) return undefined;
  for (const literal of searchLiterals(document.getText(), syntax))
    if (literal !== null && literal.end > start) return literal.start < end ? literal : undefined;
  return undefined;
}

/** Whether an input fits a filter. */
export function fits(literal: Literal, { choice }: FilterInput): boolean {
  try {
    draftGeometry(draftOf(literal, choice));
    return true;
  } catch {
    return false;
  }
}

/** Throws ConvError if the input does not fit. */
export function filterRequest(literal: Literal, filter: FilterPlace, at: Request["at"]): Request {
  const { base, choice } = filter.input;
  const draft = draftOf(literal, choice);
  draftGeometry(draft);
  const name = filter.uri.path.replace(/^.*\//, "");
  const title = `${inputName(choice)} · ${name} ${shapeText(literal.shape)}`;
  return { title, base, text: draftText(draft), filter, at };
}

function draftOf(literal: Literal, input: InputChoice): Draft {
  return { ...newDraft, input, filter: { kind: "literal", shape: literal.shape, values: nestedOf(literal) } };
}
