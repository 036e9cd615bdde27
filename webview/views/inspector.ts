import { type TemplateResult, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { extentFormula, sizeFormula } from "../../src/conv/geometry";
import { arithmeticText } from "../../src/conv/run";
import type { ElementFacts, RunInfo } from "../../src/protocol/messages";
import type { Element } from "../../src/trace/order/elements";
import { grouped, short } from "../format";
import { elementName } from "../names";
import type { Panel } from "../panel";
import { contributions } from "./contributions";
import { selectedElement } from "./selected";
import { tensorCard } from "./tensorCard";
import { PanelView } from "./view";

/** An element with what was found out about it: shown together, also while the next ones are on their way. */
export interface Inspected {
  readonly element: Element;
  readonly facts: ElementFacts;
}

/** `<conv-inspector>`: the chosen element, what it is made of, its tensor, the colours, and the layer. */
@customElement("conv-inspector")
export class InspectorView extends PanelView {
  @state() private all = false;
  #inspected: (Inspected & { readonly run: number }) | null = null;

  protected override render() {
    const { run, narrow } = this.panel.state;
    if (run === null) return nothing;
    const inspected = this.#inspect(run);
    if (narrow) return this.#sheet(run, inspected);
    const inspector = this.panel.inspecting;
    const toggle = html`<button
      type="button"
      class="fold codicon codicon-${inspector ? "layout-sidebar-right" : "layout-sidebar-right-off"}"
      aria-label="${inspector ? "Hide" : "Show"} the inspector"
      aria-expanded=${String(inspector)}
      data-tip="${inspector ? "Hide" : "Show"} the inspector (s)"
      @click=${() => this.panel.toggleInspector()}
    ></button>`;
    return inspector ? html`${toggle} ${this.#sections(run, inspected)}` : toggle;
  }

  /** Where it has no room beside the scene: a line that says the most important, and on request the rest over the scene. */
  #sheet(run: RunInfo, inspected: Inspected | null): TemplateResult {
    const open = this.panel.inspecting;
    return html`<button
        type="button"
        class="handle"
        aria-expanded=${String(open)}
        data-tip="${open ? "Hide" : "Show"} the inspector (s)"
        @click=${() => this.panel.toggleInspector()}
      >
        <i class="codicon codicon-chevron-${open ? "down" : "up"}" aria-hidden="true"></i>
        <span class="unseen">Inspector:</span> ${inspected === null ? nothing : factLine(inspected)}
      </button>
      ${open ? html`<div class="sheet"><div>${this.#sections(run, inspected)}</div></div>` : nothing}`;
  }

  #sections(run: RunInfo, inspected: Inspected | null): TemplateResult {
    const tensor = this.panel.state.described ?? inspected?.element.tensor ?? "out";
    return html`
      ${
        inspected === null
          ? nothing
          : html`${selectedElement(this.panel, inspected)}
            ${contributions(this.panel, inspected, this.all, () => (this.all = !this.all))}`
      }
      ${tensorCard(this.panel, tensor)} ${layerFacts(this.panel, run)}
    `;
  }

  /** The element to describe with its facts; what was known last, until those of the present one have come. */
  #inspect(run: RunInfo): Inspected | null {
    const { element } = this.panel;
    const facts = element === null ? undefined : this.panel.facts.element(element, this.all);
    if (element !== null && facts !== undefined) this.#inspected = { element, facts, run: run.id };
    if (this.#inspected?.run !== run.id && run.change === null) this.#inspected = null;
    return this.#inspected;
  }
}

/** The element and its value in one line: "out[n 0, f 2, oy 11, ox 17] −0.503 … final 0.519". */
function factLine({ element, facts }: Inspected): TemplateResult {
  const [value, final] = [facts.value.at(0), facts.final.at(0)];
  const shown = value === undefined ? html`<i>not written yet</i>` : html`<b>${short(value)}</b>`;
  const pending = facts.state === "final" || final === undefined ? nothing : html`<i>final ${short(final)}</i>`;
  return html`<span>${elementName(element)}</span> ${shown} ${pending}`;
}

/** The settings as they were resolved, and what was assumed, each with the choice of something else. */
function layerFacts(panel: Panel, { geometry: g, arithmetic, timing, notes }: RunInfo): TemplateResult {
  const pair = (y: number, x: number) => (y === x ? String(y) : `${y} × ${x}`);
  const rounded = (time: number) => (time < 100 ? time.toFixed(2) : grouped(Math.round(time)));
  const rows: [string, string, string][] = [
    ["stride", pair(g.y.stride, g.x.stride), ""],
    ["dilation", pair(g.y.dilation, g.x.dilation), `height ${extentFormula(g.y)}\nwidth ${extentFormula(g.x)}`],
    ["padding", `↑${g.y.begin} ↓${g.y.end} ←${g.x.begin} →${g.x.end} ${g.paddingMode}`, ""],
    ["groups", String(g.groups), ""],
    ["out", `${g.y.out} × ${g.x.out}`, `height ${sizeFormula(g.y)}\nwidth ${sizeFormula(g.x)}`],
    [
      "sums",
      arithmeticText(arithmetic),
      arithmetic.fused
        ? 'Each product is added with one rounding.\nMachines that cannot do so get other bits:\nconv.arithmetic "reproducible" gives all the same'
        : "Each product is rounded, then added and rounded again:\nthe same bits on every machine",
    ],
    [
      "blocks",
      `${arithmetic.block} products each`,
      `A sum takes its products in order; blocks of ${arithmetic.block}\nare summed apart and then added up`,
    ],
    ["kernel", timing.kernel, "The program that multiplied: dtype, operation, tile, instructions"],
    ["threads", String(timing.threads), ""],
    ["time", `${rounded(timing.forwardMs)} + ${rounded(timing.backwardMs)} ms`, "forward + backward"],
  ];
  return html`<section class="section">
    <h3>Layer</h3>
    ${
      notes.length === 0
        ? nothing
        : html`<div class="notes">
            ${notes.map(
              ({ label, detail, choices }, note) =>
                html`<div class="note">
                  <span>${detail === "" ? label : detail}</span>
                  ${choices.map(
                    (choice, at) =>
                      html`<button type="button" @click=${() => panel.choose(note, at)}>${choice}</button>`,
                  )}
                </div>`,
            )}
          </div>`
    }
    <table class="facts">
      ${rows.map(
        ([name, value, tip]) =>
          html`<tr data-tip=${tip}>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </table>
  </section>`;
}
