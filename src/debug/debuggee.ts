import type { Disposable } from "../base/disposable";
import type { Event } from "../base/events";
import type { RunInputs } from "../conv/run";
import type { Layer } from "../formats/loadLayer";
import type { Session } from "../session/session";
import type { LaunchAttributes } from "./attributes";

/** Work that takes a while: it can be cancelled, and says how far it is, 0 … 1. */
export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** A layer that was run, and the session in which it is looked at; perhaps others look at it, too. */
export interface Debuggee extends Disposable {
  readonly session: Session;
  readonly layer: Layer;
  /** The layer file as it was read. */
  readonly text: string;
  /** Runs the layer with other numbers and gives the run to the session. The settings stay. Throws ConvError. */
  rerun(inputs: RunInputs, work: Work): Promise<void>;
  /** Where sessions are shared: another layer has taken this one's place. */
  readonly onDidEnd?: Event<void>;
}

/** Loads a layer and runs it: the host's part. Throws ConvError. */
export type Launch = (attributes: LaunchAttributes, work: Work) => Promise<Debuggee>;
