import type { Run } from "../conv/run";
import type { Note, WritableName } from "../protocol/messages";
import type { Session } from "../session/session";

/** The session as the panel drives it. Nobody but the session holds the position. */
export type Driven = Pick<
  Session,
  | "trace"
  | "step"
  | "depth"
  | "onDidMove"
  | "onDidProgress"
  | "seek"
  | "move"
  | "setDepth"
  | "breakpoints"
  | "resume"
  | "interrupt"
>;

/** A run that is shown, and what is said about it. */
export interface Showing {
  readonly session: Driven;
  readonly title: string;
  readonly notes: readonly Note[];
  /** The run before an edit, which out is compared with. */
  readonly before?: Run | null;
  /** Tensors whose elements can be dragged. */
  readonly writable?: readonly WritableName[];
}
