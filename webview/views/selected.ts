import { type TemplateResult, html, nothing } from "lit";
import { sourceOffset } from "../../src/conv/columns";
import type { ElementFacts } from "../../src/protocol/messages";
import { type Element, shapeOf } from "../../src/trace/order/elements";
import { rowAt, tapAt } from "../../src/conv/columns";
import { indexAt } from "../../src/tensor/tensor";
import { writtenAt } from "../../src/trace/order/written";
import { arrived } from "../counts";
import { exact, grouped, hex, short, unbroken } from "../format";
import { elementName, rowText, shortElementName } from "../names";
import type { Panel } from "../panel";
import type { Inspected } from "./inspector";
import { dragWeight, isWritable, nudgeByKey } from "./weightDrag";

/** The chosen element, or the one that the present step writes: its value to the bit, and how far its sum has come. */
export function selectedElement(panel: Panel, { element, facts }: Inspected): TemplateResult {
  const { run, selected, step } = panel.state;
  if (run === null) return html``;
  const { dtype } = run.arithmetic;
  const value = facts.value.at(0);
  const final = facts.final.at(0);
  const partial = facts.state === "partial";
  const writable = isWritable(panel, element) ? element : null;
  return html`<section class="section">
    <h3>
      ${selected === null ? "Present element" : "Selected"}
      ${
        selected === null
          ? html`<button
              type="button"
              class="codicon codicon-pin"
              aria-label="Hold this element"
              data-tip="Hold this element while the steps go on"
              @click=${() => panel.select(element)}
            ></button>`
          : html`<button
              type="button"
              class="codicon codicon-pinned"
              aria-label="Let go of the selection"
              data-tip="Follow the present step again (Esc)"
              @click=${() => panel.select(null)}
            ></button>`
      }
    </h3>
    <p class="index">${elementName(element)}${placeText(panel, element)}</p>
    <p
      class="value ${facts.state}"
      role=${writable === null ? nothing : "spinbutton"}
      tabindex=${writable === null ? nothing : 0}
      aria-label=${writable === null ? nothing : elementName(element)}
      aria-valuenow=${writable === null || value === undefined ? nothing : value}
      data-tip=${writable === null ? "" : "Drag it up or down, or press ↑ and ↓: it is changed in its text.\nShift: ten times as much, Ctrl: a tenth"}
      @pointerdown=${(event: PointerEvent) => {
        if (writable !== null && event.button === 0)
          dragWeight(panel, event.currentTarget as HTMLElement, event, writable); // the listener is on this element
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (writable !== null) nudgeByKey(panel, event, writable);
      }}
    >
      ${value === undefined ? "not written yet" : short(value)}${partial ? html`<i> …</i>` : nothing}
    </p>
    <p class="bits">
      ${value === undefined ? nothing : html`<span>${exact(value, dtype)}</span> <span>${hex(value, dtype)}</span>`}
    </p>
    ${facts.state === "final" || final === undefined ? nothing : html`<p class="quiet">final ${short(final)}</p>`}
    ${sumText(panel, element, facts, step)}
  </section>`;
}

/** Beside the index: the row of col that it belongs to, or where an element of col was copied from. */
function placeText(panel: Panel, { tensor, index }: Element): TemplateResult | typeof nothing {
  const { run } = panel.state;
  if (run === null) return nothing;
  const { geometry: g } = run;
  if (tensor === "out" || tensor === "dout") {
    const row = (index[0] * g.y.out + index[2]) * g.x.out + index[3];
    return html` <span class="quiet">· row&nbsp;${grouped(row)}</span>`;
  }
  if (tensor !== "col" && tensor !== "dcol") return nothing;
  const source = sourceOffset(g, rowAt(g, index[0]), tapAt(g, index[1]));
  const cell: Element = {
    tensor: tensor === "col" ? "x" : "dx",
    index: source < 0 ? [] : indexAt(shapeOf(g, "x"), source),
  };
  return html` <span class="quiet">· ${unbroken(rowText(g, index[0]))}</span>
    ${
      source < 0
        ? html`<span class="quiet">· zero padding</span>`
        : html`<button type="button" class="link" @click=${() => panel.select(cell)}>
            ${tensor === "col" ? "from" : "into"} ${shortElementName(cell)}
          </button>`
    }`;
}

/** How many of its terms are in. */
function sumText(panel: Panel, { tensor, index }: Element, { count, state, bias }: ElementFacts, step: number) {
  const { steps } = panel.state;
  if (steps === null || count === 0) return html`<p class="quiet">given before the run</p>`;
  if (tensor === "col") return nothing;
  const written = writtenAt(steps, tensor, index);
  if (written === null) return nothing;
  const noun = tensor === "out" || tensor === "dW" || tensor === "dcol" ? "product" : "gradient";
  const biased = bias.length > 0 ? ` and the bias ${short(bias[0])}` : "";
  const all = `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
  const go = (to: number) =>
    html`<button type="button" class="link" data-tip="Go to step ${grouped(to)}" @click=${() => panel.seek(to)}>
      ${grouped(to)}
    </button>`;
  const span =
    written.first === written.last
      ? html`<p class="quiet">step ${go(written.first)}</p>`
      : html`<p class="quiet">steps ${go(written.first)} … ${go(written.last)}</p>`;
  if (state === "final")
    return html`<p class="quiet">the sum of ${all}${biased}</p>
      ${span}`;
  if (state === "unwritten")
    return html`<p class="quiet">will be the sum of ${all}${biased}</p>
      ${span}`;
  // The terms of one sum are steps in a row, but those of dx's cells lie apart.
  const done = tensor === "dx" ? arrived(steps, index, step) : step - written.first + 1;
  return html`<p class="quiet">${grouped(done)} of ${all} added</p>
    ${span}`;
}
