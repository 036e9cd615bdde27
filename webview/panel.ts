import type { TensorName } from "../src/conv/run";
import { answerChecks, eventChecks } from "../src/protocol/answers";
import type { Action, Change, HostSide, Move, NudgeRequest, Shown, WebviewSide } from "../src/protocol/messages";
import { offsetOf } from "../src/tensor/tensor";
import { type Element, shapeOf, touchOf } from "../src/trace/order/elements";
import { neighbourStage, stageStart } from "../src/trace/order/navigate";
import type { Depth, Stage } from "../src/trace/order/stages";
import type { Place, Steps } from "../src/trace/order/steps";
import { writtenAt } from "../src/trace/order/written";
import { type Client, connect } from "./client";
import { cutOf, wholeOf } from "./cut";
import { Facts } from "./facts";
import { Player } from "./player";
import { Seeker } from "./seeker";
import { type Domain, type Overlaid, type Planes, type State, Store } from "./store";
import { Tiles } from "./tiles";
import type { Writable } from "./views/weightDrag";
import type { VsCode } from "./vscode";

/** The page's one object graph, and everything that a user can do. Views read it; keys and buttons call it. */
export class Panel {
  readonly store = new Store();
  readonly facts: Facts;
  readonly tiles: Tiles;
  readonly #client: Client<HostSide>;
  readonly #seeker: Seeker;
  readonly #player: Player;
  #known: { readonly steps: Steps; readonly place: Place } | null = null;

  constructor(vscode: VsCode) {
    const side: WebviewSide = {
      show: (shown) => this.#show(shown),
      moved: (step) => this.#seeker.heard(step),
      depthChanged: (depth) => this.store.update({ depth }),
      searching: (searching) => this.store.update({ searching }),
      marked: (marks) => this.store.update({ marks }),
      described: (described) => this.store.update({ described, inspector: true, sheet: true }),
      pointed: (element) => this.goTo(element),
      summarised: (summarised) => this.facts.learn(summarised),
    };
    this.#client = connect<HostSide, WebviewSide>(vscode, side, { answers: answerChecks, events: eventChecks });
    this.facts = new Facts(this.store, this.#client);
    this.tiles = new Tiles(this.store, this.#client, this.facts);
    this.#seeker = new Seeker(this.#client, this.store);
    this.#player = new Player(
      () => this.#advance(),
      () => this.state.depth,
    );
  }

  async start(): Promise<void> {
    const shown = await this.#client.ask("ready");
    if (shown !== null) this.#show(shown);
  }

  get state(): State {
    return this.store.state;
  }

  /** Where the present step is; null without a run, or in a run without steps. */
  get place(): Place | null {
    const { steps, step } = this.state;
    if (steps === null || step < 0 || step >= steps.total) return null;
    if (this.#known?.steps !== steps || this.#known.place.step !== step)
      this.#known = { steps, place: steps.place(step) };
    return this.#known.place;
  }

  /** The chosen element; without one, what the present step writes (or would write, in zero padding: what it reads). */
  get element(): Element | null {
    const { selected, steps } = this.state;
    const { place } = this;
    if (selected !== null || steps === null || place === null) return selected;
    const { reads, writes } = touchOf(steps.geometry, place);
    return writes[0] ?? reads[0];
  }

  seek(step: number): void {
    this.pause();
    this.#seeker.seek(step);
  }

  move(move: Move): void {
    this.pause();
    void this.#moveOnce(move);
  }

  /** Gives up a search that takes too long. */
  interrupt(): void {
    this.store.update({ searching: null });
    void this.#client.ask("interrupt");
  }

  setDepth(depth: Depth): void {
    this.store.update({ depth });
    void this.#client.ask("setDepth", depth);
  }

  goToStage(stage: Stage): void {
    const { steps } = this.state;
    if (steps !== null && steps.total > 0) this.seek(stageStart(steps, stage));
  }

  /** To the first step of the stage after or before this one; back first to the beginning of this one. */
  neighbour(direction: "forward" | "back"): void {
    const { steps, step } = this.state;
    const { place } = this;
    if (steps === null || place === null) return;
    const start = stageStart(steps, place.stage);
    if (direction === "back" && step > start) {
      this.seek(start);
      return;
    }
    const stage = neighbourStage(steps, step, direction);
    if (stage !== null) this.goToStage(stage);
    else if (direction === "forward") this.seek(steps.total - 1);
  }

  togglePlay(): void {
    const { playing, steps, step } = this.state;
    if (playing || steps === null || steps.total === 0) {
      this.pause();
      return;
    }
    if (step >= steps.total - 1) this.#seeker.seek(0);
    this.store.update({ playing: true });
    this.#player.start();
  }

  pause(): void {
    this.#player.stop();
    this.store.update({ playing: false });
  }

  select(element: Element | null): void {
    this.store.update({ selected: element, described: null });
  }

  /** Chooses an element and goes to the step that wrote it, if a step did. */
  goTo(element: Element): void {
    this.select(element);
    const { steps } = this.state;
    const written = steps === null ? null : writtenAt(steps, element.tensor, element.index);
    if (written !== null && written.count > 0) this.seek(written.last);
  }

  hover(element: Element | null): void {
    this.store.update({ hovered: element });
  }

  describe(tensor: TensorName | null): void {
    this.store.update({ described: tensor });
  }

  showPlane(tensor: TensorName, planes: Planes): void {
    this.store.update({ planes: { ...this.state.planes, [tensor]: planes } });
  }

  setDomain(tensor: TensorName, domain: Domain): void {
    this.store.update({ domains: { ...this.state.domains, [tensor]: domain } });
  }

  /** Takes a tensor into those that are compared, or out of them. */
  toggleCompared(tensor: TensorName): void {
    const { compared } = this.state;
    const others = compared.filter((name) => name !== tensor);
    this.store.update({ compared: others.length < compared.length ? others : [...compared, tensor] });
  }

  /** Whether the inspector is open, beside the scene or over it. */
  get inspecting(): boolean {
    const { inspector, narrow, sheet } = this.state;
    return narrow ? sheet : inspector;
  }

  /** What the last edit has made of out, if it can be and is to be looked at. */
  get changeShown(): Change | null {
    const { run, changes } = this.state;
    return changes && run !== null && run.change?.shape === null ? run.change : null;
  }

  /** Shows the change of out where out is complete; there, hides and shows it. */
  toggleChange(): void {
    const { steps, changes } = this.state;
    if (steps === null || steps.total === 0) return;
    const { start, count } = steps.spans.gemm;
    if (this.place?.stage === "gemm") this.store.update({ changes: !changes });
    else {
      this.store.update({ changes: true });
      this.seek(start + count - 1);
    }
  }

  /** Looks at a part of a tensor instead of at the scene; null: at the scene again. */
  lookAt(cut: string | null): void {
    const { run } = this.state;
    const read = cut === null || run === null ? null : cutOf(cut, run.geometry);
    if (read?.wrong !== undefined) return;
    this.store.update({ cut, sheet: false, ...(read === null ? {} : { described: read.cut.tensor }) });
  }

  /** From the scene to all of the tensor that the inspector describes, and back. */
  toggleCut(): void {
    const { run, cut, described } = this.state;
    const tensor = described ?? this.element?.tensor;
    if (run !== null && tensor !== undefined) this.lookAt(cut === null ? wholeOf(tensor, run.geometry) : null);
  }

  toggleInspector(): void {
    const { inspector, narrow, sheet } = this.state;
    this.store.update(narrow ? { sheet: !sheet } : { inspector: !inspector });
  }

  /** Escape: first a search is given up, then what lies over the scene goes, then the selection. */
  release(): void {
    const { narrow, sheet, cut, searching } = this.state;
    if (searching !== null) this.interrupt();
    else if (narrow && sheet) this.store.update({ sheet: false });
    else if (cut !== null) this.lookAt(null);
    else this.select(null);
  }

  setNarrow(narrow: boolean): void {
    this.store.update({ narrow });
  }

  overlay(overlaid: Overlaid): void {
    this.store.update({ overlaid });
  }

  act(action: Action): void {
    void this.#client.ask("act", action);
  }

  choose(note: number, choice: number): void {
    const { run } = this.state;
    if (run !== null) void this.#client.ask("choose", { run: run.id, note, choice });
  }

  /** Writes a number into the text that it comes from, so many steps from where it was when the drag began. */
  nudge({ tensor, index }: Writable, steps: Pick<NudgeRequest, "by" | "stride" | "begins">): void {
    const { run } = this.state;
    if (run === null) return;
    const offset = offsetOf(shapeOf(run.geometry, tensor), index);
    void this.#client.ask("nudge", { run: run.id, tensor, offset, ...steps });
  }

  /** Sizes of the two axes that pick a plane of a tensor; null if it has no planes. */
  planeAxes(tensor: TensorName): readonly [number, number] | null {
    const { run } = this.state;
    if (run === null) return null;
    const shape = shapeOf(run.geometry, tensor);
    return shape.length === 4 ? [shape[0], shape[1]] : null;
  }

  /** One unit further while it plays; at the end of the run it stops. */
  async #advance(): Promise<void> {
    const { step } = this.state;
    await this.#moveOnce("next");
    if (this.state.step === step) this.pause();
  }

  async #moveOnce(move: Move): Promise<void> {
    const step = await this.#client.ask("move", move);
    if (step !== null) this.#seeker.heard(step);
  }

  #show({ run, step, depth, marks, activity, searching, foretold }: Shown): void {
    const same = run?.id === this.state.run?.id;
    if (!same) {
      this.pause();
      this.#client.foretell(foretold);
    }
    const kept = same || run === null ? {} : this.#kept(run.geometry);
    // The run that is in view keeps its identity, and with it everything that was worked out for it.
    const now = { step, depth, marks, activity, searching };
    this.store.update({ connected: true, ...now, ...(same ? {} : { run }), ...kept });
  }

  /** What of the page's own state still makes sense in another run: choices that name something it has. */
  #kept(geometry: Parameters<typeof shapeOf>[0]): Partial<State> {
    const { selected, planes, cut } = this.state;
    const fits = ({ tensor, index }: Element) => {
      const shape = shapeOf(geometry, tensor);
      return shape.length === index.length && index.every((i, axis) => i >= 0 && i < shape[axis]);
    };
    const within = Object.entries(planes).filter(([tensor, { major, minor }]) => {
      const shape = shapeOf(geometry, tensor as TensorName); // keys of a record by tensor
      return (major ?? 0) < shape[0] && (minor ?? 0) < (shape[1] ?? 0);
    });
    return {
      selected: selected !== null && fits(selected) ? selected : null,
      hovered: null,
      cut: cut === null || cutOf(cut, geometry).wrong !== undefined ? null : cut,
      planes: Object.fromEntries(within),
    };
  }
}
