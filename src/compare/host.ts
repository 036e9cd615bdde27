import type { Disposable } from "../base/disposable";
import { Turns } from "../base/turns";
import { type Tolerance, defaultTolerance } from "../diagnose/compare";
import { type Reading, readingsOf } from "../diagnose/readings";
import { type Answers, Line, type Wire } from "../panel/line";
import { callAmong } from "../protocol/calls";
import type {
  Compared,
  ComparisonHostSide,
  ComparisonPageSide,
  Judgement,
  PairFacts,
  PaneName,
  PaneRequest,
} from "../protocol/comparison";
import { comparisonRequests } from "../protocol/comparisonChecks";
import { type Differences, DifferenceCounter } from "../tensor/differences";
import { Pair, measures, sizingOf } from "../tensor/measures";
import { type Planes, planesOf } from "../tensor/planes";
import { type Readable, held, viewed } from "../tensor/readable";
import type { Tile } from "../tensor/slice";
import { type Tensor, elementCount } from "../tensor/tensor";
import { Judging, isGood } from "./judging";
import { Reader } from "./looking";
import { cutTile, isCut } from "./tiles";

/** One of two tensors that are compared: held, or read where it is looked at. */
export interface Side {
  readonly name: string;
  readonly tensor: Tensor | Readable;
}

/** How two tensors are looked at: what the person chose, kept for the next time. */
export interface Choices {
  /** Reading of the list of `readingsOf`; without one, the one that fits best. */
  readonly reading?: number | undefined;
  readonly tolerance?: Tolerance | undefined;
}

export interface ComparisonWire extends Wire {
  /** These two are in view now. */
  named(left: string, right: string): void;
  /** The sides were exchanged, or are read or judged otherwise. */
  chose(choices: Choices, exchanged: boolean): void;
}

/** What is in view. */
interface Shown {
  readonly sides: readonly [Side, Side];
  readonly compared: Compared;
  /** Both as they are read; null: they cannot be set against each other. */
  readonly pair: Pair | null;
  readonly planes: Planes;
}

/** Elements from which is told how well a reading fits. */
const FITTING = 1 << 12;
/** Milliseconds between two messages about how far it is. */
const PERIOD = 100;

let comparisons = 0;

/**
 * The host's side of the page that shows two tensors side by side. Works without VS Code: messages come in through `receive` and go
 * out through the wire. Tensors of any size: what is slow about them is done in turns.
 */
export class ComparisonHost implements Disposable {
  readonly #wire: ComparisonWire;
  readonly #line: Line<ComparisonHostSide, ComparisonPageSide>;
  #shown: Shown | null = null;

  constructor(wire: ComparisonWire) {
    this.#wire = wire;
    this.#line = new Line(wire, (message) => callAmong(comparisonRequests, message), this.#answers(), [
      "show",
      "progressed",
      "measured",
      "judged",
    ]);
  }

  /** A message from the page, whatever it may be. */
  receive(message: unknown): void {
    this.#line.receive(message);
  }

  /** Puts two tensors in view. */
  show(left: Side, right: Side, choices: Choices = {}): void {
    const readings = readingsOf(left.tensor.shape, right.tensor.shape);
    const pairs = readings.map((reading) => pairOf(left, right, reading));
    const means = pairs.map(meanOf);
    const chosen = choices.reading !== undefined && choices.reading < readings.length ? choices.reading : null;
    const reading = chosen ?? bestOf(left, right, means);
    const pair = pairs.at(reading) ?? null;
    const info = ({ name, tensor: { dtype, shape } }: Side) => ({ name, dtype, shape });
    const usual = defaultTolerance(left.tensor.dtype, right.tensor.dtype);
    const counter = pair === null ? null : new DifferenceCounter(pair);
    const judging = new Judging(choices.tolerance ?? usual);
    const isWhole = pair === null || counter === null || new Reader(pair, [counter, judging]).sample();
    const compared: Compared = {
      id: ++comparisons,
      left: info(left),
      right: info(right),
      shape: pair?.left.shape ?? null,
      readings: readings.map(({ label, detail }, i) => ({ label, detail, mean: means[i] })),
      reading,
      differences: counter?.facts ?? null,
      judgement: pair === null ? null : judging.judgement,
    };
    this.#shown = { sides: [left, right], compared, pair, planes: planesOf(compared.shape ?? [0]) };
    this.#wire.named(left.name, right.name);
    this.#line.tell("show", compared);
    if (!isWhole) void this.#lookAtAll(compared.id, pair, judging.tolerance);
  }

  /** The page is out of view, and perhaps unloaded. */
  pause(): void {
    this.#line.pause();
  }

  dispose(): void {
    this.#line.dispose();
    this.#shown = null;
  }

  #answers(): Answers<ComparisonHostSide> {
    return {
      ready: () => {
        this.#line.open();
        return this.#shown?.compared ?? null;
      },
      tile: (request) => this.#tile(request),
      element: ({ id, offset }) => this.#element(id, offset),
      judge: ({ id, rtol, atol }) => {
        const shown = this.#at(id);
        if (shown?.pair === undefined || shown.pair === null) return;
        this.#wire.chose({ reading: shown.compared.reading, tolerance: { rtol, atol } }, false);
        void this.#judge(id, shown.pair, { rtol, atol });
      },
      read: ({ id, reading }) => {
        const shown = this.#at(id);
        if (shown === null || reading >= shown.compared.readings.length) return;
        const choices = { reading, tolerance: toleranceOf(shown.compared) };
        this.#wire.chose(choices, false);
        this.show(...shown.sides, choices);
      },
      exchange: ({ id }) => {
        const shown = this.#at(id);
        if (shown === null) return;
        const choices = { tolerance: toleranceOf(shown.compared) };
        this.#wire.chose(choices, true);
        this.show(shown.sides[1], shown.sides[0], choices);
      },
    };
  }

  #at(id: number): Shown | null {
    return this.#shown?.compared.id === id ? this.#shown : null;
  }

  async #tile({ id, pane, ...cut }: PaneRequest): Promise<Tile | null> {
    const shown = this.#at(id);
    if (shown === null || shown.pair === null || !isCut(shown.planes, cut)) return null;
    const { planes, pair } = shown;
    const turns = new Turns();
    const rest = async () => {
      if (turns.over) await turns.next();
      return this.#at(id) !== null;
    };
    return cutTile(numbersOf(pair, pane), planes, cut, pane !== "left" && pane !== "right", rest);
  }

  #element(id: number, offset: number): PairFacts | null {
    const shown = this.#at(id);
    if (shown === null || shown.pair === null || offset >= elementCount(shown.pair.left.shape)) return null;
    const { pair, compared } = shown;
    const { left, right } = pair;
    const [a, b, difference] = [left.at(offset), right.at(offset), pair.differenceAt(offset)];
    const sizes = measures.map((measure) =>
      measure === "difference" ? difference : sizingOf(measure, left.dtype, right.dtype)(difference, a, b),
    );
    const exact = [left, right].map((side) => String(side.integer === null ? side.at(offset) : side.integer(offset)));
    return {
      values: Float64Array.of(a, b, ...sizes),
      integers: left.integer === null && right.integer === null ? [] : exact,
      within: isGood(difference, b, toleranceOf(compared) ?? defaultTolerance(left.dtype, right.dtype)),
    };
  }

  async #lookAtAll(id: number, pair: Pair, tolerance: Tolerance): Promise<void> {
    const counter = new DifferenceCounter(pair);
    const judging = new Judging(tolerance);
    if (!(await new Reader(pair, [counter, judging]).all(this.#rest(id)))) return;
    this.#learn(id, { differences: counter.facts });
    this.#line.tell("measured", { id, differences: counter.facts });
    // With another tolerance meanwhile it has been counted again.
    const now = this.#at(id)?.compared.judgement;
    if (now?.rtol === tolerance.rtol && now.atol === tolerance.atol) this.#tellJudgement(id, judging.judgement);
  }

  async #judge(id: number, pair: Pair, tolerance: Tolerance): Promise<void> {
    const sample = new Judging(tolerance);
    const isWhole = new Reader(pair, [sample]).sample();
    this.#tellJudgement(id, sample.judgement);
    if (isWhole) return;
    const judging = new Judging(tolerance);
    const isNow = () => {
      const now = this.#at(id)?.compared.judgement;
      return now?.rtol === tolerance.rtol && now.atol === tolerance.atol;
    };
    const rest = this.#rest(id);
    if (await new Reader(pair, [judging]).all(async (share) => (await rest(share)) && isNow()))
      this.#tellJudgement(id, judging.judgement);
  }

  #tellJudgement(id: number, judgement: Judgement): void {
    this.#learn(id, { judgement });
    this.#line.tell("judged", { id, judgement });
  }

  /** What a page that comes back is told. */
  #learn(id: number, news: { readonly differences?: Differences; readonly judgement?: Judgement }): void {
    const shown = this.#at(id);
    if (shown !== null) this.#shown = { ...shown, compared: { ...shown.compared, ...news } };
  }

  /** Tells how far it is, now and then; false: it is not in view any more. */
  #rest(id: number): (share: number) => Promise<boolean> {
    let told = performance.now();
    return (share) => {
      const now = performance.now();
      if (now - told > PERIOD) {
        told = now;
        this.#line.tell("progressed", { id, share });
      }
      return Promise.resolve(this.#at(id) !== null);
    };
  }
}

function toleranceOf({ judgement }: Compared): Tolerance | undefined {
  return judgement === null ? undefined : { rtol: judgement.rtol, atol: judgement.atol };
}

function pairOf(left: Side, right: Side, reading: Reading): Pair {
  const readable = ({ tensor }: Side) => ("data" in tensor ? held(tensor) : tensor);
  return new Pair(viewed(readable(left), reading.left), viewed(readable(right), reading.right));
}

function numbersOf(pair: Pair, pane: PaneName): Readable {
  return pane === "left" || pane === "right" ? pair[pane] : pair.measured(pane);
}

/** What the differences come to on average in a sample; null: nothing in it is finite. */
function meanOf(pair: Pair): number | null {
  const counter = new DifferenceCounter(pair);
  new Reader(pair, [counter]).sample(FITTING);
  return counter.facts.meanAbsolute;
}

/** Equal shapes are taken as they are; otherwise what differs least, the more natural one where that is the same. */
function bestOf(left: Side, right: Side, means: readonly (number | null)[]): number {
  if (left.tensor.shape.join() === right.tensor.shape.join()) return 0;
  const known = means.map((mean) => mean ?? Infinity);
  return Math.max(0, known.indexOf(Math.min(...known)));
}
