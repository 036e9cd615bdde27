import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError, messageOf } from "../base/errors";
import { shapeText } from "../tensor/tensor";
import { Coalesced } from "./coalesced";
import { type Draft, type InputChoice, draftGeometry, draftText, newDraft } from "./draft";
import type { Faults } from "./faults";
import { LIVE_MS } from "./following";
import { findLiterals } from "./literalFinder";
import { syntaxOf } from "./literalSyntax";
import { type Literal, nestedOf } from "./literals";
import { type TextRange, movedRange } from "./movedRange";
import { LayerQuestions, baseFor, inputName } from "./newLayer";
import { probesFor } from "./probes";
import { back, choose } from "./questions";
import type { Request, Runner } from "./runner";
import { workspaceFiles } from "./workspaceFiles";

/** An input, and where its paths start from. */
interface FilterInput {
  readonly base: vscode.Uri;
  readonly choice: InputChoice;
}

/** A filter in a source file, as it ran last. */
interface Bound extends TextRange {
  readonly uri: vscode.Uri;
  readonly input: FilterInput;
  readonly text: string;
}

/** A longer file is not read at every key. */
const MOST_LIVE_TEXT = 1 << 20;

/**
 * "Debug filter": runs an array of numbers of a source file on the input that was used last, or on a sample. It stays bound to its
 * place in the text: what is typed there runs again, where the panel was. While it is not complete, the run before stays.
 */
export class DebugFilter implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #typed = new Coalesced(() => this.#follow());
  #bound: Bound | undefined;
  #last: FilterInput | undefined;
  #isStale = false;

  /** `samples`: the extension's own; `home`: a folder that exists always; `isLive`: whether what is typed may run by itself. */
  constructor(
    readonly runner: Runner,
    readonly faults: Faults,
    readonly samples: vscode.Uri,
    readonly home: vscode.Uri,
    readonly isLive: () => boolean,
  ) {
    this.#stack.add(vscode.workspace.onDidChangeTextDocument((change) => this.#changed(change)));
  }

  dispose(): void {
    this.#stack.dispose();
  }

  /** The filter at `offset` of a document. */
  async debug(uri: vscode.Uri, offset: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const literal = literalIn(document, { start: offset, end: offset + 1 });
    if (literal === undefined)
      throw new ConvError({
        code: "bad-syntax",
        what: "there is no complete filter here",
        expected: "[[1, 0], [0, 1]]",
      });
    const last = this.#last;
    const input = last !== undefined && fits(literal, last.choice) ? last : this.#sample(literal);
    await this.#run(document, literal, input, "end");
  }

  /** Asks for the input first. */
  async probe(uri: vscode.Uri, offset: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const literal = literalIn(document, { start: offset, end: offset + 1 });
    const { t } = vscode.l10n;
    const title = t("Conv: Debug Filter");
    const probes = literal === undefined ? [] : this.#probes(literal);
    const choice = await choose<FilterInput | "other">({ title, step: 1, total: 1 }, t("What goes into the filter?"), [
      ...probes.map(({ name, about, input }) => ({ label: `$(beaker) ${name}`, description: about, value: input })),
      { label: `$(folder-opened) ${t("Another input…")}`, description: t("a file, or random"), value: "other" },
    ]);
    if (choice === undefined || choice === back) return;
    const input = choice === "other" ? await this.#ask(title, uri) : choice;
    if (input === undefined) return;
    this.#last = input;
    await this.debug(uri, offset);
  }

  async #ask(title: string, uri: vscode.Uri): Promise<FilterInput | undefined> {
    const base = baseFor(uri, this.home);
    const choice = await new LayerQuestions(base, workspaceFiles(base)).askInput(title);
    return choice && { base, choice };
  }

  #probes({ shape }: Literal): { name: string; about: string; input: FilterInput }[] {
    const base = vscode.Uri.joinPath(this.samples, "new.conv.json");
    return probesFor(shape.length === 4 ? shape[1] : 1, shape.slice(-2)).map(({ name, about, input }) => ({
      name,
      about,
      input: { base, choice: input },
    }));
  }

  #sample(literal: Literal): FilterInput {
    return this.#probes(literal)[0].input;
  }

  async #run(document: vscode.TextDocument, literal: Literal, input: FilterInput, at: Request["at"]): Promise<void> {
    const draft = draftOf(literal, input.choice);
    draftGeometry(draft);
    const text = draftText(draft);
    const name = document.uri.path.replace(/^.*\//, "");
    const title = `${inputName(input.choice)} · ${name} ${shapeText(literal.shape)}`;
    this.#last = input;
    await this.runner.run({ title, base: input.base, text, at });
    const { start, end } = this.#bound !== undefined && at === "same" ? this.#bound : literal;
    this.#bound = { uri: document.uri, start, end, input, text };
    this.#isStale = false;
  }

  #changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.toString() !== this.#bound?.uri.toString() || contentChanges.length === 0) return;
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      const change = { offset: rangeOffset, removed: rangeLength, inserted: text.length };
      this.#bound = { ...this.#bound, ...movedRange(this.#bound, change) };
    }
    void this.#typed.ask();
  }

  /** Runs the filter as it stands now, if it is the one that is shown and has changed. */
  async #follow(): Promise<void> {
    const bound = this.#bound;
    const { present } = this.runner;
    if (bound === undefined || present?.text !== bound.text || !this.isLive() || this.runner.running) return;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === bound.uri.toString());
    if (document === undefined || document.getText().length > MOST_LIVE_TEXT) return;
    const literal = literalIn(document, bound);
    if (literal === undefined || !fits(literal, bound.input.choice)) {
      this.#stale(vscode.l10n.t("The filter is not complete: this is the run before."));
      return;
    }
    if (draftText(draftOf(literal, bound.input.choice)) === bound.text && !this.#isStale) return;
    const { forwardMs, backwardMs } = present.run.timing;
    if (forwardMs + backwardMs > LIVE_MS) this.#stale(vscode.l10n.t("The filter has changed."));
    else
      await this.#run(document, literal, bound.input, "same").catch((error: unknown) =>
        this.faults.log.warn(messageOf(error)),
      );
  }

  #stale(reason: string): void {
    this.#isStale = true;
    this.runner.markStale(reason);
  }
}

/** The filter that stands in a piece of the document, or around it. */
function literalIn(document: vscode.TextDocument, { start, end }: TextRange): Literal | undefined {
  const syntax = syntaxOf(document.languageId);
  if (syntax === undefined) return undefined;
  return findLiterals(document.getText(), syntax).find((literal) => literal.start < end && literal.end > start);
}

function draftOf(literal: Literal, input: InputChoice): Draft {
  return { ...newDraft, input, filter: { kind: "literal", shape: literal.shape, values: nestedOf(literal) } };
}

function fits(literal: Literal, input: InputChoice): boolean {
  try {
    draftGeometry(draftOf(literal, input));
    return true;
  } catch {
    return false;
  }
}
