import type { TensorName } from "../src/conv/run";
import type { ElementFacts, HostSide, StripPage, Summarised, Summary } from "../src/protocol/messages";
import { offsetOf } from "../src/tensor/tensor";
import { type Element, shapeOf } from "../src/trace/order/elements";
import { isSumStage } from "../src/trace/order/stages";
import { writtenAt } from "../src/trace/order/written";
import type { Client } from "./client";
import { Kept, Latest } from "./loads";
import { type ColourScale, jointExtremes, scaleOf } from "../src/colour/scale";
import { sharingWith } from "./sharing";
import type { Store } from "./store";

/** Taps in one page of the strip: more than are ever visible, so that stepping along asks rarely. */
export const PAGE = 128;
/** Terms of an element that are shown at first, and when all are asked for. */
export const FEW_TERMS = 5;
export const MANY_TERMS = 2048;

/**
 * Numbers from the host, asked for when something looks at them and kept by run. Everything here answers at once, with
 * undefined where the answer is under way; the store is touched when it comes.
 */
export class Facts {
  readonly #store: Store;
  readonly #client: Client<HostSide>;
  readonly #strips: Latest<StripPage>;
  readonly #elements: Latest<ElementFacts>;
  readonly #allTerms: Latest<ElementFacts>;
  readonly #scales = new Kept<ColourScale>(32);
  /** While one types, what was known before stays until the next is. */
  #lastStrip: { readonly key: string; readonly page: StripPage } | null = null;
  /** The colours that each tensor had last. */
  readonly #last = new Map<TensorName, ColourScale>();
  readonly #summaries = new Map<string, Summary | null | undefined>();

  constructor(store: Store, client: Client<HostSide>) {
    this.#store = store;
    this.#client = client;
    const arrived = () => store.touch();
    this.#strips = new Latest(32, arrived);
    this.#elements = new Latest(32, arrived);
    this.#allTerms = new Latest(2, arrived);
  }

  summary(tensor: TensorName): Summary | null | undefined {
    const { run } = this.#store.state;
    if (run === null) return null;
    const key = `${run.id}/${tensor}`;
    if (!this.#summaries.has(key)) {
      this.#summaries.set(key, undefined);
      void this.#client.ask("summary", { run: run.id, tensor }).then((summary) => {
        this.#summaries.set(key, this.#summaries.get(key) ?? summary);
        this.#store.touch();
      });
    }
    return this.#summaries.get(key);
  }

  /** What was answered from a sample is known in full. */
  learn({ run, tensor, summary }: Summarised): void {
    this.#summaries.set(`${run}/${tensor}`, summary);
    this.#store.touch();
  }

  /** The taps around tap `k` of the cell that `step` is in. */
  strip(step: number, k: number): StripPage | undefined {
    const { run, steps } = this.#store.state;
    if (run === null || steps === null || steps.total === 0) return undefined;
    const { start, cellSteps } = steps.spanAt(step);
    const cell = Math.floor((step - start) / cellSteps);
    const from = Math.max(0, Math.round(k / (PAGE / 2) - 1) * (PAGE / 2));
    const key = `${start}/${cell}/${from}`;
    const page = this.#strips.get(`${run.id}/${key}`, () =>
      this.#client.ask("strip", { run: run.id, step, from, count: PAGE }),
    );
    if (page !== undefined) this.#lastStrip = { key, page };
    return page ?? (run.change !== null && this.#lastStrip?.key === key ? this.#lastStrip.page : undefined);
  }

  /** The sum so far of the element that `step` writes; undefined where it is not one, or not here yet. */
  sumSoFar(step: number): number | undefined {
    const { steps } = this.#store.state;
    if (steps === null || steps.total === 0) return undefined;
    const { stage, k, last } = steps.place(step);
    if (!isSumStage(stage)) return undefined;
    const page = this.strip(step, k);
    return page === undefined ? undefined : last && page.final.length > 0 ? page.final[0] : page.sums[k - page.from];
  }

  /** An element at the present step. A finished or given one is asked for once, not again at each step. */
  element({ tensor, index }: Element, all = false): ElementFacts | undefined {
    const { run, step } = this.#store.state;
    if (run === null) return undefined;
    const shape = shapeOf(run.geometry, tensor);
    if (index.some((i, axis) => i < 0 || i >= shape[axis])) return undefined;
    const offset = offsetOf(shape, index);
    const request = { run: run.id, tensor, offset, step, largest: all ? MANY_TERMS : FEW_TERMS };
    const key = `${run.id}/${tensor}/${offset}/${this.#phase({ tensor, index })}`;
    const loads = all ? this.#allTerms : this.#elements;
    return loads.get(key, () => this.#client.ask("element", request));
  }

  /** Colours of a tensor, and of those that share them with it: the same object for the same colours. null while their numbers are not known. */
  scale(tensor: TensorName): ColourScale | null {
    const scale = this.#scale(tensor);
    // While one types, the picture before stays in its colours until the next one is there.
    if (scale === null) return this.#store.state.run?.change ? (this.#last.get(tensor) ?? null) : null;
    const same = this.#same(scale);
    this.#last.set(tensor, same);
    return same;
  }

  #same(scale: ColourScale): ColourScale {
    const { kind, domain, lo, hi } = scale;
    const key = `${kind} ${domain} ${lo} ${hi}`;
    const known = this.#scales.get(key) ?? scale;
    this.#scales.set(key, known);
    return known;
  }

  /** Colours of what an edit has made of out: as far on both sides. */
  get changeScale(): ColourScale | null {
    const change = this.#store.state.run?.change ?? null;
    if (change === null) return null;
    const reach = Math.max(-change.low, change.high);
    return this.#same(scaleOf({ min: -reach, max: reach }));
  }

  #scale(tensor: TensorName): ColourScale | null {
    const { compared, domains } = this.#store.state;
    const shared = sharingWith(tensor, compared);
    // x has all of col's numbers, and not only a sample of them.
    const summaries = shared.filter((name) => name !== "col").map((name) => this.summary(name));
    if (summaries.includes(undefined)) return null;
    const known = summaries.filter((summary) => summary !== null && summary !== undefined);
    if (known.length === 0) return null;
    const domain = domains[shared[0]];
    const extremes = jointExtremes(known.map(({ stats }) => stats));
    if (domain?.kind !== "percentile") return scaleOf(extremes, domain);
    const lo = Math.min(...known.map(({ low }) => low));
    return scaleOf(extremes, { kind: "percentile", lo, hi: Math.max(...known.map(({ high }) => high)) });
  }

  /** Changes when the element's value may have changed. */
  #phase({ tensor, index }: Element): string {
    const { steps, step } = this.#store.state;
    const written = steps === null ? null : writtenAt(steps, tensor, index);
    if (written === null) return "given";
    if (step < written.first) return "unwritten";
    return step >= written.last ? "final" : String(step);
  }
}
