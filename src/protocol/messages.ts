import type { Geometry } from "../conv/geometry";
import type { Arithmetic, TensorName, Timing } from "../conv/run";
import type { ComputeDtype } from "../tensor/dtype";
import type { Histogram } from "../tensor/histogram";
import type { Rect, Tile } from "../tensor/slice";
import type { Stats } from "../tensor/stats";
import type { Element } from "../trace/order/elements";
import type { Direction } from "../trace/order/navigate";
import type { Depth } from "../trace/order/stages";
import type { Picture } from "./picture";

/**
 * Everything that crosses between the extension host and the panel's webview: one interface for each direction.
 * Small messages: a move is one integer, and the webview works out window, row and taps from the geometry. Numbers of
 * tensors cross only as far as they are looked at, always in typed arrays: those carry NaN, infinities and −0,
 * which JSON does not, and each has a buffer of its own, because a view would take the whole buffer with it.
 *
 * Requests name the run they are about. null answers one that came too late: about a run that is gone, or out of its bounds.
 */

/** What the webview asks of the host. Every request is checked there (checks.ts); what does not fit is dropped. */
export interface HostSide {
  /** The webview is there, for the first time or again. Answers with all there is to show. */
  ready(): Shown;
  /** Goes to a step; answers with the step it came to. The latest of several wins. */
  seek(request: SeekRequest): number;
  move(move: Move): number;
  /** Gives up a search that is under way. */
  interrupt(): void;
  setDepth(depth: Depth): void;
  tile(request: TileRequest): Tile | null;
  strip(request: StripRequest): StripPage | null;
  element(request: ElementRequest): ElementFacts | null;
  summary(request: SummaryRequest): Summary | null;
  act(action: Action): void;
  /** Chooses another assumption: choice `choice` of note `note` of the run. */
  choose(request: ChoiceRequest): void;
  /** Writes a weight that is dragged into its text. */
  nudge(request: NudgeRequest): void;
}

/** What the host tells the webview. Events: nothing is answered, and a webview that is not there misses nothing. */
export interface WebviewSide {
  show(shown: Shown): void;
  moved(step: number): void;
  depthChanged(depth: Depth): void;
  /** How far a long continue has come, a few times a second; null when it has come to its end. */
  searching(searching: Searching | null): void;
  marked(marks: readonly Mark[]): void;
  /** Somebody asked for a tensor elsewhere: the inspector describes it. */
  described(tensor: TensorName): void;
  /** Somebody asked for an element elsewhere: it is chosen, and gone to. */
  pointed(element: Element): void;
  /** All of a large tensor has been looked at, of which `summary` was answered with a sample. */
  summarised(summarised: Summarised): void;
}

/** Moves through the run, as trace/navigate.ts defines them. */
export const moves = [
  "toStart",
  "reverseContinue",
  "previous",
  "next",
  "continue",
  "toEnd",
  "stepIn",
  "stepInBack",
  "stepOut",
  "stepOutBack",
] as const;
export type Move = (typeof moves)[number];

/** Buttons outside the run. The host knows what each does; nothing else comes with them. */
export const actions = ["cancel", "showLog", "runAgain", "runLayer", "openSample", "dismiss"] as const;
export type Action = (typeof actions)[number];

/** All there is to show. A failed or a new run leaves the one before in view. */
export interface Shown {
  readonly run: RunInfo | null;
  /** −1 in a run without steps. */
  readonly step: number;
  readonly depth: Depth;
  readonly marks: readonly Mark[];
  readonly activity: Activity | null;
  readonly searching: Searching | null;
  /** Answers to what will be asked of a run that follows from an edit. */
  readonly foretold: readonly Foretold[];
}

/** A request that need not be made: its answer is here. */
export interface Foretold {
  readonly request: string;
  readonly about: unknown;
  readonly answer: unknown;
}

/** A continue that takes long: where it began, where it is, and steps a second. */
export interface Searching {
  readonly direction: Direction;
  readonly from: number;
  readonly step: number;
  readonly rate: number;
}

/** What happens beside the run in view. `stale`: its files have changed since. */
export type Activity =
  | { readonly kind: "running"; readonly title: string; readonly fraction: number | null; readonly detail: string }
  | { readonly kind: "failed"; readonly title: string; readonly failure: Failure }
  | { readonly kind: "stale"; readonly reason: string };

/** An error for the person who reads it. Empty where there is nothing to say. */
export interface Failure {
  readonly what: string;
  readonly where: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface RunInfo {
  /** Counts up; tiles are cached under it. */
  readonly id: number;
  readonly title: string;
  readonly geometry: Geometry;
  readonly arithmetic: Arithmetic;
  readonly timing: Timing;
  readonly notes: readonly Note[];
  /** Tensors whose elements stand in a text that can be edited: they can be dragged. */
  readonly writable: readonly WritableName[];
  /** What the last edit has made of out; null: nothing was edited. */
  readonly change: Change | null;
}

/** out, compared with what it was before an edit. */
export interface Change {
  /** Its shape before, if that was another one: then there is nothing more to compare. */
  readonly shape: readonly number[] | null;
  /** Cells that have changed. */
  readonly cells: number;
  /** The finite differences, now less before: from at most 0 to at least 0. */
  readonly low: number;
  readonly high: number;
  /** Index of the cell that has changed most. */
  readonly most: readonly number[] | null;
}

/** Something that was assumed about the layer, on a chip: what, why, and what it could be instead. */
export interface Note {
  readonly label: string;
  readonly detail: string;
  readonly choices: readonly string[];
}

/** A place on the timeline. */
export interface Mark {
  readonly step: number;
  readonly kind: MarkKind;
  readonly label: string;
}
export const markKinds = ["breakpoint", "filter", "nan", "infinity"] as const;
export type MarkKind = (typeof markKinds)[number];

export interface SeekRequest {
  readonly run: number;
  readonly step: number;
}

/** Cuts a tile of a picture as of after `step` (−1: before the first). */
export interface TileRequest {
  readonly run: number;
  readonly picture: Picture;
  readonly step: number;
  readonly rect: Rect;
  readonly level: number;
}

/** Taps [from, from + count) of the cell that `step` is in. */
export interface StripRequest {
  readonly run: number;
  readonly step: number;
  readonly from: number;
  readonly count: number;
}

/** A cell's taps in order, one number for each, after the whole run: the same page serves every step of the cell. */
export interface StripPage {
  /** The first step of the cell. */
  readonly start: number;
  readonly from: number;
  /** What is copied, scattered or summed; the first factor of a product. */
  readonly left: Float64Array;
  /** The second factor; empty where there is none. */
  readonly right: Float64Array;
  /** After each tap: the running sum, or the cell of dx (NaN where the gradient is dropped); empty in im2col. */
  readonly sums: Float64Array;
  /** The bias and the value with it, or nothing: one element or none each. */
  readonly bias: Float64Array;
  readonly final: Float64Array;
}

export interface ElementRequest {
  readonly run: number;
  readonly tensor: TensorName;
  /** Position in C order. */
  readonly offset: number;
  readonly step: number;
  /** How many of the largest terms. */
  readonly largest: number;
}

/** An element as of a step, and what it is made of. */
export interface ElementFacts {
  readonly state: "unwritten" | "partial" | "final";
  /** One element each; `value` none where nothing is written yet. */
  readonly value: Float64Array;
  readonly final: Float64Array;
  readonly bias: Float64Array;
  /** Terms of its sum in all; 0 for what is given before the run. */
  readonly count: number;
  readonly largest: Terms;
  /** Turn of the first term that is, or makes the sum, NaN or infinite; −1 if there is none. */
  readonly firstNan: number;
  readonly firstInfinity: number;
}

/** Terms of a sum, one number in each array for each of them. */
export interface Terms {
  /** Turn in the sum, and the step in which it is added. */
  readonly k: Float64Array;
  readonly step: Float64Array;
  readonly left: Float64Array;
  /** Empty where there are no products. */
  readonly right: Float64Array;
  readonly product: Float64Array;
  readonly sum: Float64Array;
}

export interface SummaryRequest {
  readonly run: number;
  readonly tensor: TensorName;
}

export interface Summarised {
  readonly run: number;
  readonly tensor: TensorName;
  readonly summary: Summary;
}

/** A tensor after the run. */
export interface Summary {
  /** Where the first odd elements are, only as far as that is known of the whole tensor. */
  readonly stats: Stats;
  readonly dtype: ComputeDtype;
  /** The 1st and the 99th percentile, for colours that outliers do not wash out. */
  readonly low: number;
  readonly high: number;
  readonly histogram: Histogram;
  /** Elements looked at: all of them, or evenly spread ones of a tensor that is large, or not held in memory. */
  readonly sampled: number;
}

export const writableNames = ["W", "b"] as const;
export type WritableName = (typeof writableNames)[number];

/** Steps of the last digit that an element is written with, since its drag began; `stride` is the power of ten that each counts for. */
export interface NudgeRequest {
  readonly run: number;
  readonly tensor: WritableName;
  readonly offset: number;
  readonly by: number;
  readonly stride: -1 | 0 | 1;
  readonly begins: boolean;
}

export interface ChoiceRequest {
  readonly run: number;
  readonly note: number;
  readonly choice: number;
}
