import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { checkedCall } from "../protocol/checks";
import type {
  Action,
  Activity,
  ChoiceRequest,
  HostSide,
  Move,
  NudgeRequest,
  RunInfo,
  Shown,
  Summary,
  TileRequest,
  WebviewSide,
} from "../protocol/messages";
import type { TensorName } from "../conv/run";
import type { Tile } from "../tensor/slice";
import { elementCount } from "../tensor/tensor";
import { shapeOf } from "../trace/order/elements";
import type { Element } from "../trace/order/elements";
import { writtenAt } from "../trace/order/written";
import type { Trace } from "../trace/moment/trace";
import { TURN_PRODUCTS } from "../trace/replay/patience";
import { elementFor, stripFor, tileFor } from "./answers";
import { changeOf, changeTile } from "./change";
import { Background, type Rest } from "./background";
import { Foretelling } from "./foretelling";
import { type Answers, Line, type Soon, type Wire } from "./line";
import { Pace } from "./pace";
import type { Driven, Showing } from "./showing";
import { fullSummaryOf, summaryOf, withFirsts } from "./summaries";
import { Timeline } from "./timeline";

/** The way to the webview, and what it asks for beyond the session. */
export interface PanelWire extends Wire {
  act(action: Action): void;
  choose(note: number, choice: number): void;
  nudge(nudge: Omit<NudgeRequest, "run">): void;
}

let runs = 0;

/**
 * The host's side of one panel: answers the webview's requests for the session in view, and tells it of moves. Holds no
 * position of its own. Works without VS Code: messages come in through `receive` and go out through the wire.
 */
export class PanelHost implements Disposable {
  readonly #wire: PanelWire;
  readonly #line: Line<HostSide, WebviewSide>;
  /** `first`: the first run of this session. */
  #shown: { readonly showing: Showing; readonly first: number; readonly info: RunInfo } | null = null;
  /** Who waits for the run in view to be seen; null: it has been. */
  #waiting: (() => void)[] | null = null;
  #activity: Activity | null = null;
  #timeline: Timeline | null = null;
  readonly #background = new Background(
    (trace) => this.#isShown(trace),
    (line) => this.#wire.log(line),
  );
  #summaries = new Map<TensorName, Summary | null>();
  #listening = new DisposableStack();
  readonly #foretelling = new Foretelling();
  readonly #pace = new Pace((searching) => this.#line.tell("searching", searching));

  constructor(wire: PanelWire) {
    this.#wire = wire;
    this.#line = new Line(wire, checkedCall, this.#functions(), [
      "show",
      "moved",
      "depthChanged",
      "searching",
      "marked",
      "described",
      "pointed",
      "summarised",
    ]);
  }

  /** A message from the webview, whatever it may be. What is not a request of the protocol is dropped and logged. */
  receive(message: unknown): void {
    this.#line.receive(message, () => this.#background.giveWay("answer"));
  }

  /** Puts a run in view, and clears what was said beside the one before. */
  show(showing: Showing): void {
    this.#listening.dispose();
    this.#listening = new DisposableStack();
    const { session, title, notes, before = null, writable = [] } = showing;
    const { geometry, arithmetic, timing, tensors } = session.trace.run;
    const change = before === null ? null : changeOf(before.tensors.out, tensors.out);
    const id = ++runs;
    const goesOn = this.#shown?.showing.session === session;
    const first = goesOn && this.#shown !== null ? this.#shown.first : id;
    if (!goesOn) this.#foretelling.forget();
    const info = { id, title, geometry, arithmetic, timing, notes, writable, change };
    this.#shown = { showing, first, info };
    this.#release([]);
    this.#summaries.clear();
    this.#activity = null;
    this.#pace.heard(null);
    let depth = session.depth;
    this.#listening.add(
      session.onDidMove(() => {
        if (session.depth !== depth) this.#line.tell("depthChanged", (depth = session.depth));
        this.#line.tell("moved", session.step);
      }),
    );
    this.#listening.add(session.onDidProgress((progress) => this.#pace.heard(progress)));
    const timeline = new Timeline(session, this.#background, (marks) => this.#line.tell("marked", marks));
    this.#timeline = this.#listening.add(timeline);
    if (this.#line.isLive) this.#line.tell("show", { ...this.#everything(), foretold: this.#foretelling.answers(id) });
    this.#background.giveWay("first picture");
    timeline.begin((trace, tensor, rest) => this.#fullSummary(trace, tensor, rest));
  }

  /** Says what goes on beside the run in view; null: nothing any more. */
  setActivity(activity: Activity | null): void {
    if (activity === null && this.#activity === null) return;
    this.#activity = activity;
    this.#line.tell("show", this.#everything());
  }

  /** Resolves when a picture of the present run has gone to the webview, or at once if nobody looks. */
  seen(): Promise<void> {
    const waiting = this.#line.isLive ? this.#waiting : null;
    return waiting === null ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  }

  #release(next: (() => void)[] | null): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = next;
    for (const go of waiting) go();
  }

  /** Asks the inspector for a tensor. */
  describe(tensor: TensorName): void {
    this.#line.tell("described", tensor);
  }

  /** Chooses an element, and goes to where it has its final value. */
  point(element: Element): void {
    const session = this.#shown?.showing.session;
    const written = session && writtenAt(session.trace.steps, element.tensor, element.index);
    if (written && written.count > 0) session.seek(written.last);
    this.#line.tell("pointed", element);
  }

  /** The webview is out of view, and perhaps unloaded: it asks again when it is back, and gets the latest state only. */
  pause(): void {
    this.#release(null);
    this.#line.pause();
  }

  dispose(): void {
    this.#release(null);
    this.#listening.dispose();
    this.#line.dispose();
  }

  #functions(): Answers<HostSide> {
    return {
      ready: () => {
        this.#line.open();
        return this.#everything();
      },
      seek: ({ run, step }) => this.#step(run, (session) => session.seek(Math.min(step, session.trace.total - 1))),
      move: (move) => this.#step(this.#shown?.info.id, (session) => this.#move(session, move)),
      interrupt: () => this.#shown?.showing.session.interrupt(),
      setDepth: (depth) => this.#shown?.showing.session.setDepth(depth),
      tile: (request) => this.#answer("tile", request, (trace, about) => this.#tile(trace, about)),
      strip: (request) => this.#answer("strip", request, stripFor),
      element: (request) => this.#answer("element", request, elementFor),
      summary: (request) => this.#answer("summary", request, (trace, { tensor }) => this.#summary(trace, tensor)),
      act: (action) => this.#wire.act(action),
      choose: (request) => this.#choose(request),
      nudge: (request) => this.#nudge(request),
    };
  }

  /** Moves the session in view, if it is the one that is meant and has steps; answers with where it is. */
  #step(run: number | undefined, move: (session: Driven) => void): number {
    const session = this.#shown?.showing.session;
    if (session === undefined) return -1;
    if (run === this.#shown?.info.id && session.trace.total > 0) move(session);
    return session.step;
  }

  /** Where there are breakpoints, to continue may take a while: the webview hears of it when the run has stopped. */
  #move(session: Driven, move: Move): void {
    if (session.breakpoints.watches.length === 0 || (move !== "continue" && move !== "reverseContinue")) {
      session.move(move);
      return;
    }
    const complain = (error: unknown) => this.#wire.log(`${move}: ${messageOf(error)}`);
    // After the answer, which says where it was: the webview takes what it hears last.
    setTimeout(() => void session.resume(move === "continue" ? "forward" : "back").catch(complain));
  }

  #answer<R extends { readonly run: number }, A>(
    name: keyof HostSide,
    request: R,
    answer: (trace: Trace, request: R) => A,
  ): Soon<A | null> {
    if (this.#shown === null || request.run !== this.#shown.info.id) return null;
    const { session } = this.#shown.showing;
    const { trace } = session;
    this.#foretelling.asked(name, request, (about) => {
      const known = session.trace.patience.attempt(TURN_PRODUCTS, () => answer(session.trace, about));
      return known === null ? null : known.value;
    });
    return trace.patience.soon(
      () => answer(trace, request),
      () => this.#isShown(trace),
    );
  }

  #tile(trace: Trace, request: TileRequest): Tile | null {
    setTimeout(() => this.#release(null)); // after the answer
    if (request.picture.change !== true) return tileFor(trace, request);
    return changeTile(this.#shown?.showing.before?.tensors.out ?? null, trace.run.tensors.out, request);
  }

  #isShown(trace: Trace): boolean {
    return !this.#line.disposed && this.#shown?.showing.session.trace === trace;
  }

  /** What is known: at first of a large tensor only a sample, with the whole to follow. */
  #summary(trace: Trace, tensor: TensorName): Summary | null {
    let summary = this.#summaries.get(tensor);
    if (summary !== undefined) return summary;
    this.#summaries.set(tensor, (summary = summaryOf(trace, tensor)));
    if (summary !== null && summary.sampled < elementCount(shapeOf(trace.geometry, tensor)))
      this.#background.begin(trace, `numbers of ${tensor}`, (rest) => this.#fullSummary(trace, tensor, rest));
    return summary;
  }

  /** Tells the webview as well. null if it is not wanted any more. */
  async #fullSummary(trace: Trace, tensor: TensorName, rest: Rest): Promise<Summary | null> {
    const known = this.#summaries.get(tensor) ?? summaryOf(trace, tensor);
    if (known === null || known.sampled === elementCount(shapeOf(trace.geometry, tensor))) return known;
    const summary =
      tensor === "col" || tensor === "dcol"
        ? await withFirsts(trace, tensor, known, rest)
        : await fullSummaryOf(trace, tensor, rest);
    const run = this.#shown?.info.id;
    if (summary === null || run === undefined) return null;
    this.#summaries.set(tensor, summary);
    this.#line.tell("summarised", { run, tensor, summary });
    return summary;
  }

  #choose({ run, note, choice }: ChoiceRequest): void {
    const info = this.#shown?.info;
    if (info?.id === run && choice < (info.notes[note]?.choices.length ?? 0)) this.#wire.choose(note, choice);
  }

  /** A drag goes on over the runs that follow from it. */
  #nudge({ run, ...nudge }: NudgeRequest): void {
    const shown = this.#shown;
    if (shown === null || run < shown.first || run > shown.info.id) return;
    if (!shown.info.writable.includes(nudge.tensor)) return;
    const shape = shapeOf(shown.info.geometry, nudge.tensor);
    if (nudge.offset < elementCount(shape)) this.#wire.nudge(nudge);
  }

  #everything(): Shown {
    const session = this.#shown?.showing.session;
    return {
      run: this.#shown?.info ?? null,
      step: session?.step ?? -1,
      depth: session?.depth ?? "stage",
      marks: this.#timeline?.marks ?? [],
      activity: this.#activity,
      searching: this.#pace.said,
      foretold: [],
    };
  }
}
