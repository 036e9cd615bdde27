import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import type { RunInfo, StripPage } from "../../src/protocol/messages";
import { touchOf } from "../../src/trace/order/elements";
import { type Stage, nests } from "../../src/trace/order/stages";
import type { Place, Steps } from "../../src/trace/order/steps";
import { grouped, short } from "../format";
import { whenRendered } from "../frames";
import { follow } from "../layout/paper";
import { elementName, shortElementName } from "../names";
import { type TapCard, tapCard, whereText } from "../taps";
import { Measured } from "./measured";
import { placed } from "./placed";
import { PanelView } from "./view";

/** CSS pixels of a card at least, of one without its text, of a character of it, and of the gap between two cards. */
const CARD = 92;
const CARD_FRAME = 26;
const CHARACTER = 6.4;
const GAP = 4;
/** Below this width the line above the cards says only what is needed. */
const BRIEF = 620;
/** Characters of the progress for which there is room on it then. */
const BRIEF_PROGRESS = 30;

/** `<conv-strip>`: the present cell tap by tap: what is multiplied, the sum so far, block by block, and the bias last. */
@customElement("conv-strip")
export class StripView extends PanelView {
  /** First card that is visible, and what it was last brought in line with. */
  #first = 0;
  #followed = "";
  readonly #size = new Measured(this);

  protected override render() {
    const { run, steps } = this.panel.state;
    const { place } = this.panel;
    const { width } = this.#size;
    if (run === null || steps === null || place === null || width === 0) return nothing;
    const { cellSteps } = steps.spans[place.stage];
    const cards = cellSteps + (place.stage === "gemm" && run.geometry.hasBias ? 1 : 0);
    // As wide as the last one of the cell needs, whose numbers are the longest.
    const longest = `${cellSteps - 1}${whereText(steps.place(place.step - place.k + cellSteps - 1))}`;
    const card = Math.max(CARD, Math.ceil(longest.length * CHARACTER) + CARD_FRAME);
    const visible = Math.max(1, Math.floor((width + GAP) / (card + GAP)));
    const followed = `${run.id} ${place.step} ${visible}`;
    if (this.#followed !== followed) {
      this.#first = follow(this.#first, visible, cards, place.last ? cards - 1 : place.k);
      this.#followed = followed;
    }
    this.#first = Math.max(0, Math.min(cards - visible, this.#first));
    const page = this.panel.facts.strip(place.step, Math.min(this.#first + (visible >> 1), cellSteps - 1));
    const shown = Array.from({ length: Math.min(visible, cards - this.#first) }, (_, i) => this.#first + i);
    return html`
      <div class="strip-head">
        <span class="sum">${headText(steps, place, run, width < BRIEF)}</span>
        <span class="progress">${progressText(steps, place, run, width < BRIEF)}</span>
        ${cards > visible ? this.#pager(visible, cards) : nothing}
      </div>
      <div
        class="cards"
        role="group"
        aria-label="Taps of the present cell"
        @wheel=${this.#wheel}
        ${placed({ "--card": `${card}px` })}
      >
        ${shown.map((k) =>
          k < cellSteps
            ? this.#card(tapCard(steps, place, k, page, run.arithmetic.block), place)
            : biasCard(place, page),
        )}
      </div>
    `;
  }

  #card({ k, step, at, lines, endsBlock }: TapCard, place: Place): TemplateResult {
    const when = k === place.k ? "now" : k > place.k ? "future" : "past";
    const numbers = lines ?? ["", "…", ""];
    return html`<button
      type="button"
      class="card ${when} ${endsBlock ? "ends-block" : ""}"
      tabindex=${when === "now" ? 0 : -1}
      aria-current=${when === "now" ? "step" : "false"}
      aria-label="tap ${k}, ${at}: ${numbers.join(" ")}"
      @click=${() => this.panel.seek(step)}
      @keydown=${this.#keydown}
    >
      <span class="at"><b>${k}</b> ${at}</span>
      <span>${numbers[0]}</span>
      <span>${numbers[1]}</span>
      <span class="total">${when === "future" && place.stage !== "im2col" ? nothing : numbers[2]}</span>
    </button>`;
  }

  #pager(visible: number, cards: number) {
    const page = (by: number) => () => {
      this.#first = Math.max(0, Math.min(cards - visible, this.#first + by));
      this.requestUpdate();
    };
    const end = Math.min(cards, this.#first + visible);
    return html`<span class="pager">
      <button
        type="button"
        class="codicon codicon-chevron-left"
        aria-label="Earlier taps"
        ?disabled=${this.#first <= 0}
        @click=${page(-visible)}
      ></button>
      ${grouped(this.#first)}…${grouped(end - 1)}
      <button
        type="button"
        class="codicon codicon-chevron-right"
        aria-label="Later taps"
        ?disabled=${end >= cards}
        @click=${page(visible)}
      ></button>
    </span>`;
  }

  readonly #wheel = (event: WheelEvent): void => {
    const by = Math.sign(event.deltaX === 0 ? event.deltaY : event.deltaX);
    if (by === 0 || event.ctrlKey) return;
    event.preventDefault();
    this.#first += by; // held within the cards when it is rendered
    this.requestUpdate();
  };

  /** Along the taps of the cell with the arrows, as in any list of one line. */
  readonly #keydown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const { steps } = this.panel.state;
    const { place } = this.panel;
    if (by === 0 || steps === null || place === null) return;
    event.preventDefault();
    event.stopPropagation();
    const k = place.k + by;
    if (k < 0 || k >= steps.spans[place.stage].cellSteps) return;
    this.panel.seek(place.step + by);
    whenRendered(() => this.querySelector<HTMLElement>(".card.now")?.focus());
  };
}

function biasCard(place: Place, page: StripPage | undefined): TemplateResult {
  const [bias, final] = [page?.bias.at(0), page?.final.at(0)];
  return html`<div class="card ${place.last ? "past" : "future"}">
    <span class="at"><b>b</b> bias</span>
    <span></span>
    <span>+ ${bias === undefined ? "…" : short(bias)}</span>
    <span class="total">${place.last && final !== undefined ? `= ${short(final)}` : nothing}</span>
  </div>`;
}

const sums: Readonly<Record<Stage, string>> = {
  im2col: "one row, copied tap by tap",
  gemm: "= Σ col · W",
  db: "= Σ dout",
  dW: "= Σ dout · col",
  dcol: "= Σ dout · W",
  col2im: "one row, added back tap by tap",
};

function headText({ geometry: g }: Steps, place: Place, run: RunInfo, brief: boolean): TemplateResult {
  const { stage } = place;
  const biased = stage === "gemm" && run.geometry.hasBias ? " + b" : "";
  const how = brief ? "" : `${sums[stage]}${biased}`;
  if (!nests[stage].sums)
    return html`<b>${stage === "im2col" ? "col" : "dcol"}[row ${grouped(place.row ?? 0)}]</b> ${how}`;
  const [written] = touchOf(g, place).writes;
  return html`<b>${brief ? shortElementName(written) : elementName(written)}</b> ${how}`;
}

function progressText(steps: Steps, place: Place, { arithmetic }: RunInfo, brief: boolean): string {
  const { cellSteps } = steps.spans[place.stage];
  const done = `${grouped(place.k + 1)} of ${grouped(cellSteps)}`;
  const blocks = Math.ceil(cellSteps / arithmetic.block);
  if (!nests[place.stage].sums || blocks < 2) return done;
  const all = `${done} · block ${grouped(Math.floor(place.k / arithmetic.block) + 1)} of ${grouped(blocks)}`;
  return brief && all.length > BRIEF_PROGRESS ? done : all;
}
