import { type StageName, tensorOf } from "../conv/passes";
import type { Rect, Tile } from "../tensor/slice";
import type { Element } from "../trace/order/elements";
import type { Activity } from "./messages";

/**
 * Everything that crosses between the extension host and the page that says why results differ, or which gradients are wrong. As
 * with the panel, tensors cross only as far as they are looked at; all other numbers come as the words in which they are shown,
 * which carry NaN and infinities. Requests name the report that they are about, and null answers one that came too late.
 */
export interface ReportHostSide {
  ready(): ReportShown;
  evidence(request: EvidenceRequest): Evidence | null;
  tile(request: PictureRequest): Tile | null;
  act(action: ReportAction): void;
  /** Puts a fix into the clipboard. */
  copy(request: FixRequest): void;
  /** Writes into the layer file what an answer comes to. */
  adopt(request: AnswerRequest): void;
  /** Goes to an element in the panel. */
  goTo(request: PlaceRequest): void;
}

export interface ReportPageSide {
  show(shown: ReportShown): void;
}

export interface ReportShown {
  readonly report: Report | null;
  readonly activity: Activity | null;
}

/** Buttons that concern more than the report in view. */
export const reportActions = ["cancel", "runAgain", "showLog", "dismiss"] as const;
export type ReportAction = (typeof reportActions)[number];

export interface Report {
  /** Counts up. */
  readonly id: number;
  readonly kind: "mismatch" | "gradients";
  readonly title: string;
  /** The answer in one line, and what it is about. */
  readonly headline: string;
  readonly about: string;
  readonly mood: Mood;
  /** The stages of the algorithm that somebody has, in its order; none where only results are looked at. */
  readonly stages: readonly StageReport[];
  /** And what is the matter with each of them. */
  readonly results: readonly ResultReport[];
  /** Best first. Those that come to the same lines of code are one. */
  readonly answers: readonly Answer[];
  /** The answers in their order, so many at a time. */
  readonly sections: readonly Section[];
  /** Said where no hypothesis fits: what comes nearest, and is wrong all the same. */
  readonly nearest: readonly string[];
  /** What else there is to know, a sentence each. */
  readonly remarks: readonly string[];
}

export const moods = ["good", "explained", "open"] as const;
export type Mood = (typeof moods)[number];

/** Answers that belong together: those that the numbers cannot tell apart, or those that are less likely. */
export interface Section {
  readonly title: string;
  readonly count: number;
  readonly best: boolean;
}

/** Whether a stage is the one at which it goes wrong. */
export interface StageReport {
  readonly stage: StageName;
  readonly mood: Mood;
  /** "differs" */
  readonly verdict: string;
  /** The order of axes that a step in between was read in. */
  readonly layout: string | null;
  /** It is the first that differs, of the forward or of the backward pass. */
  readonly first: boolean;
}

/** How one result, or one step in between, stands. */
export interface ResultReport {
  readonly tensor: StageName;
  readonly mood: Mood;
  readonly verdict: string;
  /** What is behind the verdict, a line each. */
  readonly lines: readonly string[];
  /** Elements that are worth a look, the worst first. */
  readonly places: readonly PlaceReport[];
  /** Whether there is something to see: see `evidence` of no answer. */
  readonly pictured: boolean;
}

/** An element to go to; that of the product is the one of out that it becomes. */
export interface PlaceReport extends Element {
  /** "here −0.503, expected 0.519" */
  readonly text: string;
}

export interface Answer {
  /** Names of one cause, or of two at once; several of them where they come to the same. */
  readonly names: readonly (readonly string[])[];
  /** Of which stages there is evidence. */
  readonly explains: readonly StageName[];
  readonly remains: string;
  /** Of each cause. */
  readonly fixes: readonly Readonly<Record<Framework, string>>[];
  /** What the layer file would say instead, `"padding": 0`; null where the cause is not among its settings. */
  readonly setting: string | null;
}

export const frameworks = ["pytorch", "tensorflow", "numpy"] as const;
export type Framework = (typeof frameworks)[number];

export interface AnswerRequest {
  readonly report: number;
  /** −1: none, the layer as it is. */
  readonly answer: number;
}

export interface EvidenceRequest extends AnswerRequest {
  readonly tensor: StageName;
}

export interface FixRequest extends AnswerRequest {
  readonly cause: number;
  readonly framework: Framework;
}

export interface PlaceRequest extends Element {
  readonly report: number;
}

/** What there is to see of one stage: the same elements in one picture or two, in one scale; of the product as those of out. */
export interface Evidence {
  readonly shape: readonly number[];
  readonly pictures: readonly PictureFacts[];
  readonly measure: Measure;
}

/** What the numbers of pictures are: values, what lies between two, or that as a multiple of what rounding explains. */
export const measures = ["value", "difference", "share"] as const;
export type Measure = (typeof measures)[number];

export interface PictureFacts {
  readonly label: string;
  /** Of the finite elements; empty where there are none. */
  readonly extremes: Float64Array;
  /** Where it is worst, in C order, and in words; −1 where nothing is to be seen. */
  readonly worst: number;
  readonly words: string;
}

/** Cuts a tile of one plane: the plane at [major, minor] of four axes, or all of a tensor as one line for each of its first axis. */
export interface PictureRequest extends EvidenceRequest {
  readonly picture: number;
  readonly plane: readonly [number, number] | null;
  readonly rect: Rect;
  readonly level: number;
}

/** Rows and columns of a picture. */
export function sizeOf(shape: readonly number[], plane: PictureRequest["plane"]): { rows: number; cols: number } {
  if (plane !== null) return { rows: shape[2], cols: shape[3] };
  if (shape.length === 1) return { rows: 1, cols: shape[0] };
  return { rows: shape[0], cols: shape.slice(1).reduce((count, size) => count * size, 1) };
}

/** Position in C order of a cell of a picture. */
export function offsetIn(shape: readonly number[], plane: PictureRequest["plane"], row: number, col: number): number {
  const { rows, cols } = sizeOf(shape, plane);
  const before = plane === null ? 0 : (plane[0] * shape[1] + plane[1]) * rows;
  return (before + row) * cols + col;
}

/** Gradients of weights, col and dcol are looked at all at once, a filter or a window in each row; what has pictures of its own, one of them. */
export function planeFor(stage: StageName, index: readonly number[]): readonly [number, number] | null {
  const tensor = tensorOf(stage);
  return tensor === "out" || tensor === "dx" ? [index[0], index[1]] : null;
}
