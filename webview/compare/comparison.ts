import type {
  Compared,
  ComparisonHostSide,
  ComparisonPageSide,
  PairFacts,
  PaneName,
} from "../../src/protocol/comparison";
import { comparisonAnswers, comparisonEvents } from "../../src/protocol/comparisonChecks";
import { type ColourScale, jointExtremes, scaleOf } from "../../src/colour/scale";
import type { Amount, Measure } from "../../src/tensor/measures";
import { measures } from "../../src/tensor/measures";
import { type Planes, cellAt, offsetAt, planesOf } from "../../src/tensor/planes";
import { elementCount, indexAt } from "../../src/tensor/tensor";
import { type Client, connect } from "../client";
import { atOnceOrNext, inNextFrame } from "../frames";
import { Kept, Latest } from "../loads";
import type { TileSource } from "../paint/source";
import type { Cell } from "../paint/view";
import type { VsCode } from "../vscode";

/** Of tensors of 10⁸ elements each tile is made of tens of millions, in turns. */
const PATIENCE = 300_000;

export interface ComparisonState {
  /** Whether the host has answered yet. */
  readonly connected: boolean;
  readonly compared: Compared | null;
  /** How much has been looked at; null: all of it. */
  readonly share: number | null;
  readonly plane: number;
  readonly measure: Measure;
  /** Positions in C order: under the pointer or the cursor, and chosen. */
  readonly hovered: number | null;
  readonly selected: number | null;
  readonly help: boolean;
}

const initial: ComparisonState = {
  connected: false,
  compared: null,
  share: null,
  plane: 0,
  measure: "difference",
  hovered: null,
  selected: null,
  help: false,
};

/** The page's one object: its state, and everything that a user can do. */
export class Comparison {
  readonly #client: Client<ComparisonHostSide>;
  readonly #listeners = new Set<() => void>();
  readonly #sources = new Kept<TileSource>(6);
  readonly #scales = new Kept<ColourScale>(12);
  readonly #facts = new Latest<PairFacts>(256, () => inNextFrame(this.#tell));
  #state = initial;
  #planes: { readonly of: Compared; readonly planes: Planes } | null = null;

  constructor(vscode: VsCode) {
    this.#client = connect<ComparisonHostSide, ComparisonPageSide>(
      vscode,
      {
        show: (compared) => this.#show(compared),
        progressed: ({ id, share }) => this.#learn(id, {}, share),
        measured: ({ id, differences }) => {
          this.#learn(id, { differences }, null);
          this.#begin();
        },
        judged: ({ id, judgement }) => this.#learn(id, { judgement }),
      },
      { answers: comparisonAnswers, events: comparisonEvents, patience: PATIENCE },
    );
  }

  async start(): Promise<void> {
    const compared = await this.#client.ask("ready");
    if (compared !== null) this.#show(compared);
    else this.update({ connected: true });
  }

  get state(): ComparisonState {
    return this.#state;
  }

  update(change: Partial<ComparisonState>): void {
    this.#state = { ...this.#state, ...change };
    atOnceOrNext(this.#tell);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  readonly #tell = (): void => {
    for (const listener of [...this.#listeners]) listener();
  };

  /** How the tensors lie in planes; null: they cannot be set against each other. */
  get planes(): Planes | null {
    const { compared } = this.#state;
    if (compared?.shape === null || compared === null) return null;
    if (this.#planes?.of.id !== compared.id) this.#planes = { of: compared, planes: planesOf(compared.shape) };
    return this.#planes.planes;
  }

  /** The numbers of a pane, the same object as long as they are the same. */
  source(pane: PaneName): TileSource | null {
    const { compared, plane } = this.#state;
    const { planes } = this;
    if (compared === null || planes === null) return null;
    const { id } = compared;
    const key = `${id}/${pane}/${plane}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source: TileSource = {
      key,
      rows: planes.rows,
      cols: planes.cols,
      load: async (rect, level) => {
        const tile = await this.#client.ask("tile", { id, pane, plane, rect, level });
        if (tile === null) throw new DOMException("This tile is no longer to be had", "AbortError");
        return tile;
      },
    };
    this.#sources.set(key, source);
    return source;
  }

  /** Left and right share one. Differences have theirs around 0, sizes from 0 on. */
  scale(pane: PaneName): ColourScale | null {
    const differences = this.#state.compared?.differences ?? null;
    if (differences === null) return null;
    const { left, right } = differences;
    const max = pane === "left" || pane === "right" ? 0 : differences[amountOf(pane)].max;
    const ends =
      pane === "left" || pane === "right"
        ? jointExtremes([left, right])
        : { min: pane === "difference" ? -max : 0, max };
    const signed = pane !== "left" && pane !== "right" && pane !== "difference";
    const key = `${signed} ${ends.min} ${ends.max}`;
    let scale = this.#scales.get(key);
    if (scale === undefined) {
      // Where nothing differs, sizes would have no scale at all.
      scale = signed && max === 0 ? scaleOf(ends, { kind: "fixed", lo: 0, hi: 1 }) : scaleOf(ends);
      this.#scales.set(key, scale);
    }
    return scale;
  }

  /** The element that is looked at: under the pointer, else the chosen one. */
  get offset(): number | null {
    return this.#state.hovered ?? this.#state.selected;
  }

  /** What is known of an element; undefined until it has been asked for. */
  facts(offset: number): PairFacts | undefined {
    const { compared } = this.#state;
    if (compared === null) return undefined;
    const { id, judgement } = compared;
    const key = `${id}/${offset}/${judgement?.rtol}/${judgement?.atol}`;
    return this.#facts.get(key, () => this.#client.ask("element", { id, offset }));
  }

  indexOf(offset: number): number[] {
    return indexAt(this.#state.compared?.shape ?? [], offset);
  }

  hover(cell: Cell | null): void {
    const { planes } = this;
    const offset = cell === null || planes === null ? null : offsetAt(planes, this.#state.plane, cell.row, cell.col);
    if (offset !== this.#state.hovered) this.update({ hovered: offset });
  }

  select(cell: Cell): void {
    const { planes } = this;
    if (planes === null) return;
    this.update({ selected: offsetAt(planes, this.#state.plane, cell.row, cell.col) });
  }

  /** Chooses an element, and shows its plane. */
  goTo(offset: number): void {
    const { planes } = this;
    if (planes === null) return;
    this.update({ selected: offset, hovered: null, plane: cellAt(planes, offset).plane });
  }

  /** Of the list of the largest: the next one, or the one before. */
  goToWorst(by: 1 | -1): void {
    const { compared, measure, selected } = this.#state;
    const offsets = compared?.differences?.[amountOf(measure)].worst.offsets;
    if (offsets === undefined || offsets.length === 0) return;
    const at = selected === null ? -1 : offsets.indexOf(selected);
    const next = at < 0 ? 0 : (at + by + offsets.length) % offsets.length;
    this.goTo(offsets[next]);
  }

  showPlane(plane: number): void {
    const count = this.planes?.count ?? 0;
    if (plane >= 0 && plane < count) this.update({ plane, hovered: null });
  }

  setMeasure(measure: Measure): void {
    this.update({ measure });
  }

  nextMeasure(): void {
    this.setMeasure(measures[(measures.indexOf(this.#state.measure) + 1) % measures.length]);
  }

  judge(rtol: number, atol: number): void {
    const id = this.#state.compared?.id;
    if (id !== undefined) void this.#client.ask("judge", { id, rtol, atol });
  }

  read(reading: number): void {
    const id = this.#state.compared?.id;
    if (id !== undefined) void this.#client.ask("read", { id, reading });
  }

  exchange(): void {
    const id = this.#state.compared?.id;
    if (id !== undefined) void this.#client.ask("exchange", { id });
  }

  #show(compared: Compared): void {
    const { selected, plane, compared: before } = this.#state;
    const same = before?.shape?.join() === compared.shape?.join();
    const count = compared.shape === null ? 0 : elementCount(compared.shape);
    const whole = compared.differences === null || compared.differences.looked === count;
    // What was put away before a reload comes before the first comparison, and is kept if it fits.
    const fits = (before === null || same) && compared.shape !== null;
    const kept = fits && plane < planesOf(compared.shape).count;
    this.update({
      connected: true,
      compared,
      share: whole ? null : 0,
      plane: kept ? plane : 0,
      selected: kept && selected !== null && selected < count ? selected : null,
      hovered: null,
    });
    if (whole) this.#begin();
  }

  /** Where it differs most is what there is to see first. */
  #begin(): void {
    const { compared, selected, plane } = this.#state;
    if (selected === null && plane === 0 && (compared?.judgement?.failing ?? 0) > 0) this.goToWorst(1);
  }

  #learn(id: number, news: Partial<Compared>, share: number | null = this.#state.share): void {
    const { compared } = this.#state;
    if (compared?.id === id) this.update({ compared: { ...compared, ...news }, share });
  }
}

/** What a measure is ranked and counted by: differences by their size. */
export function amountOf(measure: Measure): Amount {
  return measure === "difference" ? "absolute" : measure;
}
