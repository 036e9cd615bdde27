import type { TensorName } from "../src/conv/run";
import type { Activity, Mark, RunInfo, Searching } from "../src/protocol/messages";
import type { Element } from "../src/trace/order/elements";
import type { Depth } from "../src/trace/order/stages";
import { Steps } from "../src/trace/order/steps";
import { atOnceOrNext, inNextFrame } from "./frames";
import type { DomainChoice } from "../src/colour/scale";

export type DomainKind = DomainChoice["kind"];
/** How a tensor's colours are to be spread; without one, by its numbers. "percentile" takes them from the tensor. */
export type Domain = Exclude<DomainChoice, { kind: "percentile" }> | { readonly kind: "percentile" };

/** Which plane of a tensor is looked at. null follows the present position. */
export interface Planes {
  readonly major: number | null;
  readonly minor: number | null;
}

/** What lies over the page. */
export type Overlaid = "keys" | "goto" | null;

export interface State {
  /** Whether the host has answered yet. */
  readonly connected: boolean;
  readonly run: RunInfo | null;
  /** Order in time, of the run in view; null without a run. */
  readonly steps: Steps | null;
  readonly step: number;
  readonly depth: Depth;
  readonly marks: readonly Mark[];
  readonly activity: Activity | null;
  readonly searching: Searching | null;

  readonly playing: boolean;
  /** The element that was chosen; null: the one that the present step writes. */
  readonly selected: Element | null;
  readonly hovered: Element | null;
  /** The tensor that the inspector describes; null: the selected element's. */
  readonly described: TensorName | null;
  readonly planes: Readonly<Partial<Record<TensorName, Planes>>>;
  readonly domains: Readonly<Partial<Record<TensorName, Domain>>>;
  /** Tensors that the user compares: they share one colour scale. */
  readonly compared: readonly TensorName[];
  /** The slice of a tensor that is looked at instead of the scene, as it was typed; null: the scene. */
  readonly cut: string | null;
  /** Whether what an edit has made of out is shown beside it. */
  readonly changes: boolean;
  readonly inspector: boolean;
  /** There is no room for the inspector beside the scene: it is one line below it, or while `sheet` holds lies over it. */
  readonly narrow: boolean;
  readonly sheet: boolean;
  readonly overlaid: Overlaid;
}

const initial: State = {
  connected: false,
  run: null,
  steps: null,
  step: -1,
  depth: "tap",
  marks: [],
  activity: null,
  searching: null,
  playing: false,
  selected: null,
  hovered: null,
  described: null,
  planes: {},
  domains: {},
  compared: [],
  cut: null,
  changes: true,
  inspector: true,
  narrow: false,
  sheet: false,
  overlaid: null,
};

/** The page's one state. Views read it and hear of changes, as a rule once in a frame; only the panel and the host's events change it. */
export class Store {
  #state = initial;
  readonly #listeners = new Set<() => void>();

  get state(): State {
    return this.#state;
  }

  update(change: Partial<State>): void {
    if (Object.entries(change).every(([key, value]) => this.#state[key as keyof State] === value)) return; // its own keys
    const runChanged = "run" in change && change.run !== this.#state.run;
    const run = change.run ?? null;
    const steps = runChanged ? { steps: run === null ? null : new Steps(run.geometry) } : {};
    this.#state = { ...this.#state, ...change, ...steps };
    atOnceOrNext(this.#tell);
  }

  /** Something beside the state has arrived: a page of terms, numbers of a tensor. */
  touch(): void {
    inNextFrame(this.#tell);
  }

  readonly #tell = (): void => {
    for (const listener of [...this.#listeners]) listener();
  };

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
