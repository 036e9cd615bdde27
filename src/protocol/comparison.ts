import type { Differences } from "../tensor/differences";
import type { Dtype } from "../tensor/dtype";
import { type Measure, measures } from "../tensor/measures";
import type { Rect, Tile } from "../tensor/slice";

/**
 * Everything that crosses between the extension host and the page that shows two tensors side by side. As with the panel, numbers
 * cross only as far as they are looked at, in typed arrays; requests name the comparison that they are about, and null answers
 * one that came too late.
 */
export interface ComparisonHostSide {
  ready(): Compared | null;
  tile(request: PaneRequest): Tile | null;
  element(request: PairRequest): PairFacts | null;
  /** Counts again with another tolerance; `judged` follows. */
  judge(request: JudgeRequest): void;
  /** Reads the tensors otherwise: reading `reading` of the list. A new comparison follows. */
  read(request: ReadRequest): void;
  /** Left becomes right. A new comparison follows. */
  exchange(request: ExchangeRequest): void;
}

export interface ComparisonPageSide {
  show(compared: Compared): void;
  /** How much has been looked at, 0 … 1, a few times a second while that takes long. */
  progressed(progress: ComparisonProgress): void;
  measured(measured: Measured): void;
  judged(judged: Judged): void;
}

/** The left tensor, the right one, or what lies between them in a measure. */
export const paneNames = ["left", "right", ...measures] as const;
export type PaneName = "left" | "right" | Measure;

export interface SideInfo {
  readonly name: string;
  readonly dtype: Dtype;
  /** Its own, before it is read otherwise. */
  readonly shape: readonly number[];
}

/** Two tensors as they are set against each other. */
export interface Compared {
  /** Counts up; tiles are cached under it. */
  readonly id: number;
  readonly left: SideInfo;
  readonly right: SideInfo;
  /** What both are read as; null: they cannot be set against each other. */
  readonly shape: readonly number[] | null;
  readonly readings: readonly ReadingInfo[];
  readonly reading: number;
  /** Numbers of the whole, or of a sample that they stand for until it has been looked at. */
  readonly differences: Differences | null;
  readonly judgement: Judgement | null;
}

export interface ReadingInfo {
  readonly label: string;
  readonly detail: string;
  /** What the differences come to on average in a sample; null: nothing finite in it. */
  readonly mean: number | null;
}

/** |left − right| <= atol + rtol · |right| */
export interface Judgement {
  readonly rtol: number;
  readonly atol: number;
  /** Elements beyond it, of those that were looked at. */
  readonly failing: number;
  /** Position in C order of the first one; −1: none. */
  readonly first: number;
  readonly looked: number;
}

export interface PaneRequest {
  readonly id: number;
  readonly pane: PaneName;
  readonly plane: number;
  readonly rect: Rect;
  readonly level: number;
}

export interface PairRequest {
  readonly id: number;
  readonly offset: number;
}

export interface PairFacts {
  /** Left, right, and each measure, in the order of the list. */
  readonly values: Float64Array;
  /** Left and right as integers of 64 bits, which a double may not hold; empty otherwise. */
  readonly integers: readonly string[];
  readonly within: boolean;
}

export interface JudgeRequest {
  readonly id: number;
  readonly rtol: number;
  readonly atol: number;
}

export interface ReadRequest {
  readonly id: number;
  readonly reading: number;
}

export interface ExchangeRequest {
  readonly id: number;
}

export interface ComparisonProgress {
  readonly id: number;
  readonly share: number;
}

export interface Measured {
  readonly id: number;
  readonly differences: Differences;
}

export interface Judged {
  readonly id: number;
  readonly judgement: Judgement;
}
