import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError } from "../base/errors";
import { shapeText } from "../tensor/tensor";
import type { Faults } from "./faults";
import { type FilterInput, type FilterPlace, filterRequest, fits, literalIn } from "./filterPlace";
import { Live, type LiveView } from "./live";
import type { Literal } from "../literals/literal";
import { movedRange } from "./movedRange";
import { LayerQuestions, baseFor } from "./newLayer";
import { probesFor } from "./probes";
import { back, choose } from "./questions";
import type { Present, Request, Runner } from "./runner";
import { workspaceFiles } from "./workspaceFiles";

/** A longer file is not read at every key. */
const MOST_LIVE_TEXT = 1 << 20;

/**
 * "Debug filter": runs an array of numbers of a source file on the input that was used last, or on a sample. It stays bound to its
 * place in the text: what is typed there runs again, where the panel was. While it is not complete, the run before stays.
 */
export class DebugFilter implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #live: Live;
  /** The one that is shown; those that were shown before are not followed. */
  #place: FilterPlace | undefined;
  #last: FilterInput | undefined;

  /** `samples`: the extension's own; `home`: a folder that exists always; `view`: where it is looked at. */
  constructor(
    readonly runner: Runner,
    faults: Faults,
    readonly samples: vscode.Uri,
    readonly home: vscode.Uri,
    view: LiveView,
  ) {
    this.#live = this.#stack.add(new Live(runner, faults, view, (present) => this.#asTyped(present)));
    this.#stack.add(vscode.workspace.onDidChangeTextDocument((change) => this.#changed(change)));
  }

  dispose(): void {
    this.#stack.dispose();
  }

  /** The filter that is shown, for the lens above it to stay while it is not complete. */
  get place(): FilterPlace | undefined {
    return this.#place;
  }

  /** The filter at `offset` of a document, on the input that was used last if it fits. */
  async debug(uri: vscode.Uri, offset: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const literal = completeAt(document, offset);
    const last = this.#last;
    const input = last !== undefined && fits(literal, last) ? last : this.#sample(literal);
    await this.#run({ uri: document.uri, range: literal, input }, literal, "out");
  }

  /** A filter as it stands now, on the same input. */
  async again({ uri, range, input }: FilterPlace): Promise<void> {
    const literal = completeAt(await vscode.workspace.openTextDocument(uri), range.start);
    await this.#run({ uri, range: literal, input }, literal, "same");
  }

  async #run(place: FilterPlace, literal: Literal, at: Request["at"]): Promise<void> {
    const before = this.#place;
    const follow = (which: FilterPlace | undefined) => (this.#place = which);
    this.#last = place.input;
    follow(place); // what is typed while it runs moves it, too
    try {
      await this.runner.run(filterRequest(literal, place, at));
    } catch (error) {
      if (this.#place === place) follow(before);
      throw error;
    }
  }

  /** Asks for the input first. */
  async probe(uri: vscode.Uri, offset: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const probes = this.#probes(completeAt(document, offset));
    const { t } = vscode.l10n;
    const title = t("Conv: Debug Filter");
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

  #changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const place = this.#place;
    if (document.uri.toString() !== place?.uri.toString() || contentChanges.length === 0) return;
    for (const { rangeOffset, rangeLength, text } of contentChanges)
      place.range = movedRange(place.range, { offset: rangeOffset, removed: rangeLength, inserted: text.length });
    this.#live.ask();
  }

  /** The filter as it stands now, if it is the one that is shown. */
  #asTyped({ filter }: Present): Request | string | null {
    const place = this.#place;
    if (place === undefined || filter !== place) return null;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === place.uri.toString());
    if (document === undefined) return null;
    const { t } = vscode.l10n;
    if (document.getText().length > MOST_LIVE_TEXT) return t("The text has changed.");
    const literal = literalIn(document, place.range);
    if (literal === undefined) return t("The filter is not complete.");
    if (!fits(literal, place.input)) return t("A filter {0} does not fit this input.", shapeText(literal.shape));
    return filterRequest(literal, place, "same");
  }
}

/** Throws ConvError where none is, or not all of it. */
function completeAt(document: vscode.TextDocument, offset: number): Literal {
  const literal = literalIn(document, { start: offset, end: offset + 1 });
  if (literal !== undefined) return literal;
  throw new ConvError({ code: "bad-syntax", what: "there is no complete filter here", expected: "[[1, 0], [0, 1]]" });
}
