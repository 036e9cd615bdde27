import * as vscode from "vscode";
import type { Files } from "../base/files";
import { outShape } from "../conv/geometry";
import { shapeText } from "../tensor/tensor";
import {
  type Draft,
  type FilterChoice,
  type InputChoice,
  draftGeometry,
  draftText,
  groupsOf,
  inputShape,
  newDraft,
} from "./draft";
import { namedFilters } from "./filters";
import { type Answer, type Question, type Turn, askAll, back, choose, fillIn } from "./questions";
import { paddingSetting, pairSetting, settingText, sizesSetting } from "./settingText";
import { browse, browseFor, fileChoices, images, inputFiles, tensorIn } from "./tensorFiles";
import { pathOf } from "./workspaceFiles";

const weightFiles = ["npy", "npz", "safetensors", "csv"];

/** What is known already when the questions begin. */
export interface Known {
  readonly input?: InputChoice;
  readonly filter?: FilterChoice;
}

export interface NewLayer {
  readonly text: string;
  /** "photo.png · Sobel" */
  readonly title: string;
}

/** Puts a layer together by asking. `base` is where its layer file would be. */
export class LayerQuestions {
  constructor(
    readonly base: vscode.Uri,
    readonly files: Files,
  ) {}

  /** Input, filter, stride, padding, dilation, groups; a filter from a selection asks for its input only. */
  async ask(title: string, known: Known = {}): Promise<NewLayer | undefined> {
    const draft: Draft = { ...newDraft, ...known };
    const settings: Question<Draft>[] = [stride, padding, dilation, groups];
    const questions: Question<Draft>[] = [
      ...(known.input === undefined ? [(into: Draft, turn: Turn) => this.#input(into, turn)] : []),
      ...(known.filter === undefined ? [(into: Draft, turn: Turn) => this.#filter(into, turn)] : []),
      ...(known.filter?.kind === "literal" ? [] : settings),
    ];
    const done = await askAll(title, draft, questions);
    if (done === undefined) return undefined;
    draftGeometry(done); // a selection may not fit the input that was chosen
    return { text: draftText(done), title: `${inputName(done.input)} · ${filterName(done.filter)}` };
  }

  /** Just the input. undefined: given up. */
  async askInput(title: string): Promise<InputChoice | undefined> {
    const draft: Draft = { ...newDraft };
    const answer = await this.#input(draft, { title, step: 1, total: 1 });
    return answer === true ? draft.input : undefined;
  }

  /** A file of the explorer as an input; for an archive it asks which tensor. undefined: given up. */
  async inputFrom(uri: vscode.Uri, turn: Turn): Promise<Answer<InputChoice>> {
    const path = this.#relative(uri);
    const chosen = await tensorIn(this.files, uri, this.#relative(uri), turn);
    if (chosen === undefined || chosen === back) return chosen;
    if (images.test(uri.path)) return { kind: "image", path, shape: chosen.shape };
    return { kind: "tensor", spec: path + chosen.key, shape: chosen.shape };
  }

  async filterFrom(uri: vscode.Uri, turn: Turn): Promise<Answer<FilterChoice>> {
    const chosen = await this.tensorFrom(uri, turn);
    return chosen === undefined || chosen === back ? chosen : { kind: "tensor", ...chosen };
  }

  /** A file with results of somebody else; for an archive it asks which tensor. */
  async expectedFile(turn: Turn): Promise<Answer<{ spec: string; shape: readonly number[] }>> {
    for (;;) {
      const place = await choose<vscode.Uri | "browse">(
        turn,
        vscode.l10n.t("Where is what was expected?"),
        [browse()],
        fileChoices(weightFiles),
      );
      if (place === undefined || place === back) return place;
      const uri = place === "browse" ? await browseFor(weightFiles) : place;
      if (uri === undefined) continue;
      const answer = await this.tensorFrom(uri, turn);
      if (answer !== back) return answer;
    }
  }

  /** A tensor of a file, as a layer file names it. */
  async tensorFrom(uri: vscode.Uri, turn: Turn): Promise<Answer<{ spec: string; shape: readonly number[] }>> {
    const chosen = await tensorIn(this.files, uri, this.#relative(uri), turn);
    if (chosen === undefined || chosen === back) return chosen;
    return { spec: this.#relative(uri) + chosen.key, shape: chosen.shape };
  }

  async #input(draft: Draft, turn: Turn): Promise<Answer<true>> {
    for (;;) {
      const { t } = vscode.l10n;
      const random = {
        label: `$(sparkle) ${t("Random")}`,
        description: t("a shape of your own"),
        value: "random" as const,
      };
      const place = await choose<vscode.Uri | "random" | "browse">(
        turn,
        t("What goes into the layer?"),
        [random, browse()],
        fileChoices(inputFiles),
      );
      if (place === undefined || place === back) return place;
      const uri = place === "browse" ? await browseFor(inputFiles) : place;
      if (uri === undefined) continue;
      const answer = uri === "random" ? await askShape(draft.input, turn) : await this.inputFrom(uri, turn);
      if (answer === undefined) return undefined;
      if (answer === back) continue;
      draft.input = answer;
      draft.groups = null;
      return true;
    }
  }

  async #filter(draft: Draft, turn: Turn): Promise<Answer<true>> {
    for (;;) {
      const { t } = vscode.l10n;
      const named = namedFilters.map(({ name, about, planes }) => ({
        label: `$(symbol-array) ${name}`,
        description: about,
        value: { kind: "planes", planes } as const,
      }));
      const random = {
        label: `$(sparkle) ${t("Random")}`,
        description: t("as many as you like"),
        value: "random" as const,
      };
      const place = await choose<FilterChoice | vscode.Uri | "random" | "browse">(
        turn,
        t("Which filter?"),
        [...named, random, browse()],
        fileChoices(weightFiles),
      );
      if (place === undefined || place === back) return place;
      const chosen = place === "browse" ? await browseFor(weightFiles) : place;
      if (chosen === undefined) continue;
      const answer =
        chosen === "random"
          ? await askFilters(draft.filter, turn)
          : chosen instanceof vscode.Uri
            ? await this.filterFrom(chosen, turn)
            : chosen;
      if (answer === undefined) return undefined;
      if (answer === back) continue;
      draft.filter = answer;
      draft.groups = null;
      return true;
    }
  }

  /** As the layer file will name it: relative to its own folder where that is possible. */
  #relative(uri: vscode.Uri): string {
    const folder = vscode.Uri.joinPath(this.base, "..").path.replace(/\/?$/, "/");
    const below =
      uri.scheme === this.base.scheme && uri.authority === this.base.authority && uri.path.startsWith(folder);
    return below ? uri.path.slice(folder.length) : pathOf(uri);
  }
}

async function askShape(before: InputChoice, turn: Turn): Promise<Answer<InputChoice>> {
  const initial = before.kind === "random" ? before.shape : [1, 3, 32, 32];
  const { t } = vscode.l10n;
  const shape = await fillIn(
    turn,
    t("Shape: batch, channels, height, width"),
    initial.join("×"),
    (text) => sizesSetting("shape", text, [4]),
    (sizes) =>
      t(
        "{0} numbers",
        sizes.reduce((product, size) => product * size, 1),
      ),
  );
  return Array.isArray(shape) ? { kind: "random", shape } : shape;
}

async function askFilters(before: FilterChoice, turn: Turn): Promise<Answer<FilterChoice>> {
  const { filters, kernel } = before.kind === "random" ? before : { filters: 16, kernel: [3, 3] };
  const { t } = vscode.l10n;
  const sizes = await fillIn(
    turn,
    t("Number of filters, kernel height, kernel width"),
    [filters, ...kernel].join("×"),
    (text) => sizesSetting("filters", text, [3]),
    ([count, height, width]) => t("{0} filters of {1}×{2}", count, height, width),
  );
  return Array.isArray(sizes) ? { kind: "random", filters: sizes[0], kernel: [sizes[1], sizes[2]] } : sizes;
}

const stride = setting(
  () => vscode.l10n.t("Stride"),
  "stride",
  (text) => pairSetting("stride", text, 1),
);
const padding = setting(() => vscode.l10n.t("Padding"), "padding", paddingSetting);
const dilation = setting(
  () => vscode.l10n.t("Dilation"),
  "dilation",
  (text) => pairSetting("dilation", text, 1),
);

const groups: Question<Draft> = async (draft, turn) => {
  const asked = await fillIn(
    turn,
    vscode.l10n.t("Groups"),
    String(groupsOf(draft)),
    (text) => ({ ...draft, groups: sizesSetting("groups", text, [1])[0] }),
    flow,
  );
  return taken(draft, asked);
};

/** A question for one setting: shows the output's shape while it is typed, or what is wrong with it. */
function setting<K extends "stride" | "padding" | "dilation">(
  label: () => string,
  key: K,
  read: (text: string) => Draft[K],
): Question<Draft> {
  return async (draft, turn) => {
    const asked = await fillIn(
      turn,
      label(),
      settingText(draft[key]),
      (text): Draft => ({ ...draft, [key]: read(text) }),
      flow,
    );
    return taken(draft, asked);
  };
}

function taken(draft: Draft, answer: Answer<Draft>): Answer<true> {
  if (answer === undefined || answer === back) return answer;
  Object.assign(draft, answer);
  return true;
}

/** "x 1×3×32×32 → out 1×16×32×32". Throws where the layer is not possible. */
function flow(draft: Draft): string {
  return `x ${shapeText(inputShape(draft))} → out ${shapeText(outShape(draftGeometry(draft)))}`;
}

export function inputName(input: InputChoice): string {
  if (input.kind === "values") return input.name;
  if (input.kind === "random") return `random ${shapeText(input.shape)}`;
  return (input.kind === "image" ? input.path : input.spec).replace(/^.*[\\/]/, "");
}

function filterName(filter: FilterChoice): string {
  switch (filter.kind) {
    case "planes":
      return namedFilters.find(({ planes }) => planes === filter.planes)?.name ?? "filter";
    case "literal":
      return `selection ${shapeText(filter.shape)}`;
    case "random":
      return `${filter.filters} random ${filter.kernel.join("×")}`;
    case "tensor":
      return filter.spec.replace(/^.*[\\/]/, "");
  }
}

/** Where the layer file of a layer without one would be: in the workspace folder of `near`, or of `fallback`, which exists always. */
export function baseFor(near: vscode.Uri | undefined, fallback: vscode.Uri): vscode.Uri {
  const folder =
    (near && vscode.workspace.getWorkspaceFolder(near)?.uri) ?? vscode.workspace.workspaceFolders?.at(0)?.uri;
  return vscode.Uri.joinPath(folder ?? fallback, "new.conv.json");
}
