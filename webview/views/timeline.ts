import { type TemplateResult, html, nothing } from "lit";
import { customElement, query } from "lit/decorators.js";
import type { Mark } from "../../src/protocol/messages";
import { type Depth, type Stage, depths, stages } from "../../src/trace/order/stages";
import { grouped, parseWhole } from "../format";
import { type BindingName, bindings, keyText } from "../keys";
import { type Segment, layTrack, pixelOf, stepAt } from "../layout/track";
import { sentence } from "../sentence";
import { Measured } from "./measured";
import { placed } from "./placed";
import { segmented } from "./segmented";
import { PanelView } from "./view";

/** CSS pixels: the least width of a stage, so that its name fits under it, and the gap between two. */
const LEAST = 46;
const GAP = 2;

const depthTips: Readonly<Record<Depth, string>> = {
  stage: "A move goes a whole stage (1)",
  cell: "A move goes one output cell, row or window (2)",
  tap: "A move goes one copy or multiply-add (3)",
};
const depthOptions = depths.map((value) => ({ value, text: value, tip: depthTips[value] }));

/** `<conv-timeline>`: transport, the whole run as a track with its stages and marks, depth, and the number of the step. */
@customElement("conv-timeline")
export class TimelineView extends PanelView {
  @query(".track") private readonly track!: HTMLElement | null;
  readonly #size = new Measured(this, () => this.track);
  #segments: readonly Segment[] = [];
  #dragging = false;

  protected override render() {
    const { steps, step, depth, playing } = this.panel.state;
    if (steps === null) return nothing;
    return html`
      <div class="transport" role="toolbar" aria-label="Transport">
        ${this.#button("toStart", "start")} ${this.#button("reverseContinue", "debug-reverse-continue")}
        ${this.#button("stepOutBack", "debug-step-out", "turned")}
        ${this.#button("stepInBack", "debug-step-into", "turned")} ${this.#button("previous", "debug-step-back")}
        ${this.#button("play", playing ? "debug-pause" : "play", "primary")} ${this.#button("next", "debug-step-over")}
        ${this.#button("stepIn", "debug-step-into")} ${this.#button("stepOut", "debug-step-out")}
        ${this.#button("continue", "debug-continue")} ${this.#button("toEnd", "end")}
      </div>
      ${this.#trackTemplate()} ${segmented("Depth", depthOptions, depth, (value) => this.panel.setDepth(value))}
      <label class="step">
        <span>step</span>
        <input
          type="text"
          inputmode="numeric"
          spellcheck="false"
          autocomplete="off"
          aria-label="step number"
          .value=${step < 0 ? "–" : grouped(step)}
          ?disabled=${steps.total === 0}
          data-tip="Steps count from 0. Enter goes there"
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
          @change=${this.#typed}
          @keydown=${this.#typing}
          ${placed({ width: `calc(${Math.max(5, grouped(steps.total).length + 1)}ch + 18px)` })}
        /><span class="total">of ${grouped(steps.total)}</span>
      </label>
    `;
  }

  /** `icon`: a codicon, or "start" and "end", which the font does not have. `look`: for those that go back it is turned round. */
  #button(name: BindingName, icon: string, look: "" | "primary" | "turned" = ""): TemplateResult {
    const { what } = bindings[name];
    const label = name === "play" && this.panel.state.playing ? "Pause" : what;
    return html`<button
      type="button"
      class="codicon codicon-${icon} ${look}"
      aria-label=${label}
      aria-keyshortcuts=${keyText(name)}
      data-tip="${label} (${keyText(name)})"
      ?disabled=${this.panel.state.steps?.total === 0}
      @click=${() => bindings[name].run(this.panel)}
    >
      ${
        icon === "start" || icon === "end"
          ? html`<svg viewBox="0 0 16 16" aria-hidden="true" class=${icon}>
              <path d="M4 3v10M13 3.5 8 8l5 4.5" />
            </svg>`
          : nothing
      }
    </button>`;
  }

  #trackTemplate(): TemplateResult {
    const { steps, step, marks, searching } = this.panel.state;
    const spans = steps === null ? [] : stages.map((stage) => steps.spans[stage]);
    this.#segments = layTrack(spans, this.#size.width, LEAST, GAP);
    const total = steps?.total ?? 0;
    const thumb = pixelOf(this.#segments, step);
    return html`<div class="rail">
      <div
        class="track"
        role="slider"
        tabindex="0"
        aria-label="Step"
        aria-valuemin="0"
        aria-valuemax=${Math.max(0, total - 1)}
        aria-valuenow=${Math.max(0, step)}
        aria-valuetext=${sentence(this.panel)}
        @pointerdown=${this.#grab}
        @pointermove=${this.#drag}
        @pointerup=${this.#release}
        @pointercancel=${this.#release}
        @keydown=${this.#keydown}
      >
        ${this.#segments.map((segment, i) => this.#segment(segment, stages[i], step))}
        ${
          searching === null
            ? nothing
            : html`<div
                class="thumb seeker"
                ${placed({ left: Math.round(pixelOf(this.#segments, searching.step)) })}
              ></div>`
        }
        ${total === 0 ? nothing : html`<div class="thumb" ${placed({ left: Math.round(thumb) })}></div>`}
      </div>
      ${marks.map((mark) => this.#mark(mark))}
    </div>`;
  }

  #segment({ start, count, left, width }: Segment, stage: Stage, step: number): TemplateResult {
    const done = Math.max(0, Math.min(count, step + 1 - start)) / Math.max(1, count);
    const present = step >= start && step < start + count;
    const direction = stage === "im2col" || stage === "gemm" ? "forward" : "backward";
    return html`<div class="segment ${direction} ${present ? "present" : ""}" ${placed({ left, width })}>
      <div class="bar"><div class="done" ${placed({ width: `${done * 100}%` })}></div></div>
      <span class="name">${stage}</span>
    </div>`;
  }

  #mark({ step, kind, label }: Mark): TemplateResult {
    return html`<button
      type="button"
      class="mark ${kind}"
      aria-label="${label}, step ${grouped(step)}"
      data-tip="${label}
step ${grouped(step)}"
      ${placed({ left: Math.round(pixelOf(this.#segments, step)) })}
      @click=${() => this.panel.seek(step)}
    ></button>`;
  }

  readonly #grab = (event: PointerEvent): void => {
    if (event.button !== 0 || this.track === null) return;
    this.#dragging = true;
    this.track.setPointerCapture(event.pointerId);
    this.#drag(event);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (!this.#dragging || this.track === null) return;
    this.panel.seek(stepAt(this.#segments, event.clientX - this.track.getBoundingClientRect().left));
  };

  readonly #release = (): void => {
    this.#dragging = false;
  };

  /** A slider's own keys: the arrows a step, Page Up and Down a stage, and Home and End as everywhere. */
  readonly #keydown = (event: KeyboardEvent): void => {
    const { steps, step } = this.panel.state;
    if (steps === null || steps.total === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowRight: () => this.panel.seek(step + 1),
      ArrowUp: () => this.panel.seek(step + 1),
      ArrowLeft: () => this.panel.seek(step - 1),
      ArrowDown: () => this.panel.seek(step - 1),
      PageUp: () => this.panel.neighbour("forward"),
      PageDown: () => this.panel.neighbour("back"),
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  };

  readonly #typed = (event: Event): void => {
    const input = event.target as HTMLInputElement; // the listener is on the field
    const step = parseWhole(input.value);
    const { steps } = this.panel.state;
    if (step !== null && steps !== null && step < steps.total) this.panel.seek(step);
    // Shows where it is again: what was typed in the field is not the state's.
    input.value = grouped(Math.max(0, this.panel.state.step));
  };

  readonly #typing = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.stopPropagation();
    const input = event.target as HTMLInputElement; // the listener is on the field
    if (event.key === "Escape") input.value = grouped(Math.max(0, this.panel.state.step));
    input.blur();
  };
}
