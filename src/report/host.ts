import type { Disposable } from "../base/disposable";
import { Turns } from "../base/turns";
import type { StageName } from "../conv/passes";
import type { Activity } from "../protocol/messages";
import {
  type Evidence,
  type EvidenceRequest,
  type FixRequest,
  type Measure,
  type PictureRequest,
  type PlaceRequest,
  type Report,
  type ReportAction,
  type ReportHostSide,
  type ReportPageSide,
  type ReportShown,
  offsetIn,
  sizeOf,
} from "../protocol/report";
import { checkedReportCall } from "../protocol/reportChecks";
import type { Element } from "../trace/order/elements";
import { type Tile, tileOf } from "../tensor/slice";
import { elementCount } from "../tensor/tensor";
import { Line, type Wire } from "../panel/line";

/** What there is to see of one stage: numbers that are worked out where they are looked at. */
export interface Seen {
  readonly shape: readonly number[];
  readonly pictures: readonly SeenPicture[];
  readonly measure: Measure;
}

export interface SeenPicture {
  readonly label: string;
  /** Where it is worst, in C order, or −1; and in words. */
  readonly worst: number;
  readonly words: string;
  /** null: nothing is known of this element. */
  readonly at: (offset: number) => number | null;
}

/** A report in view, and what can be done with it. */
export interface ReportShowing {
  readonly report: Omit<Report, "id">;
  /** `answer` −1: the layer as it is. null: there is nothing to see. */
  evidence(answer: number, tensor: StageName): Promise<Seen | null>;
  adopt(answer: number): void;
  goTo(place: Element): void;
}

export interface ReportWire extends Wire {
  act(action: ReportAction): void;
  copy(text: string): void;
}

/** Cells of one tile: what a page may ask for at once. */
const MOST_CELLS = 1 << 18;

let reports = 0;

/** The host's side of the page of reports. Works without VS Code: messages come in through `receive` and go out through the wire. */
export class ReportHost implements Disposable {
  readonly #wire: ReportWire;
  readonly #line: Line<ReportHostSide, ReportPageSide>;
  #shown: { readonly showing: ReportShowing; readonly report: Report } | null = null;
  #activity: Activity | null = null;
  #seen = new Map<string, Promise<{ seen: Seen; evidence: Evidence } | null>>();

  constructor(wire: ReportWire) {
    this.#wire = wire;
    this.#line = new Line<ReportHostSide, ReportPageSide>(
      wire,
      checkedReportCall,
      {
        ready: () => {
          this.#line.open();
          return this.#everything();
        },
        evidence: async (request) => (await this.#look(request))?.evidence ?? null,
        tile: (request) => this.#tile(request),
        act: (action) => this.#wire.act(action),
        copy: (request) => this.#copy(request),
        adopt: ({ report, answer }) => this.#at(report)?.showing.adopt(answer),
        goTo: (request) => this.#goTo(request),
      },
      ["show"],
    );
  }

  receive(messages: unknown): void {
    this.#line.receive(messages);
  }

  /** Puts a report in view, and clears what was said beside the one before. */
  show(showing: ReportShowing): void {
    this.#shown = { showing, report: { ...showing.report, id: ++reports } };
    this.#seen = new Map();
    this.setActivity(null);
  }

  /** Says what goes on beside the report in view; null: nothing any more. */
  setActivity(activity: Activity | null): void {
    this.#activity = activity;
    this.#line.tell("show", this.#everything());
  }

  pause(): void {
    this.#line.pause();
  }

  dispose(): void {
    this.#line.dispose();
  }

  #everything(): ReportShown {
    return { report: this.#shown?.report ?? null, activity: this.#activity };
  }

  #at(report: number) {
    return this.#shown?.report.id === report ? this.#shown : undefined;
  }

  async #look({ report, answer, tensor }: EvidenceRequest): Promise<{ seen: Seen; evidence: Evidence } | null> {
    const shown = this.#at(report);
    if (shown === undefined) return null;
    const key = `${answer}/${tensor}`;
    let found = this.#seen.get(key);
    if (found === undefined) {
      found = shown.showing
        .evidence(answer, tensor)
        .then(async (seen) => seen && { seen, evidence: await evidenceOf(seen) });
      this.#seen.set(key, found);
    }
    return found;
  }

  async #tile(request: PictureRequest): Promise<Tile | null> {
    const { plane, rect, level } = request;
    const { seen } = (await this.#look(request)) ?? {};
    const picture = seen?.pictures.at(request.picture);
    if (seen === undefined || picture === undefined) return null;
    const { shape } = seen;
    if (plane !== null && (shape.length !== 4 || plane[0] >= shape[0] || plane[1] >= shape[1])) return null;
    const size = sizeOf(shape, plane);
    if (rect.bottom > size.rows || rect.right > size.cols || rect.top > rect.bottom || rect.left > rect.right)
      return null;
    if (((rect.bottom - rect.top) * (rect.right - rect.left)) / 4 ** level > MOST_CELLS) return null;
    const at = (row: number, col: number) => picture.at(offsetIn(shape, plane, row, col));
    return tileOf({ ...size, at }, rect, level, "float64");
  }

  #copy({ report, answer, cause, framework }: FixRequest): void {
    const fix = this.#at(report)?.report.answers.at(answer)?.fixes.at(cause);
    if (answer >= 0 && fix !== undefined) this.#wire.copy(fix[framework]);
  }

  #goTo({ report, ...place }: PlaceRequest): void {
    this.#at(report)?.showing.goTo(place);
  }
}

/** The extremes take a look at all elements, in turns. */
async function evidenceOf({ shape, pictures, measure }: Seen): Promise<Evidence> {
  const turns = new Turns();
  const count = elementCount(shape);
  const facts: Evidence["pictures"][number][] = [];
  for (const { label, worst, words, at } of pictures) {
    let [min, max] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      if (i % 4096 === 0 && turns.over) await turns.next();
      const value = at(i);
      if (value === null || !Number.isFinite(value)) continue;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    facts.push({ label, worst, words, extremes: min <= max ? Float64Array.of(min, max) : new Float64Array() });
  }
  return { shape, pictures: facts, measure };
}
