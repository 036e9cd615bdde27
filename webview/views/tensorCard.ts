import { type TemplateResult, html, nothing } from "lit";
import type { TensorName } from "../../src/conv/run";
import type { Summary } from "../../src/protocol/messages";
import { tensorNames } from "../../src/protocol/names";
import { elementCount, indexAt, shapeText } from "../../src/tensor/tensor";
import { shapeOf } from "../../src/trace/order/elements";
import { wholeOf } from "../cut";
import { bytesText, exact, grouped, short } from "../format";
import { axisNames } from "../names";
import { type ColourScale, scaleOf } from "../../src/colour/scale";
import type { Panel } from "../panel";
import { sharingWith } from "../sharing";
import type { Domain, DomainKind } from "../store";
import "./colourBar";
import "./histogram";

/** A tensor as a whole: shape, type, statistics with the way to what is odd, histogram, colours. */
export function tensorCard(panel: Panel, tensor: TensorName): TemplateResult {
  const { run } = panel.state;
  if (run === null) return html``;
  const { geometry: g, arithmetic } = run;
  const shape = shapeOf(g, tensor);
  const count = elementCount(shape);
  const summary = panel.facts.summary(tensor);
  const scale = panel.facts.scale(tensor);
  const bytes = count * (arithmetic.dtype === "float32" ? 4 : 8);
  const virtual = tensor === "col" || tensor === "dcol";
  return html`<section class="section tensor">
    <h3>
      Tensor
      <button
        type="button"
        class="text"
        data-tip="All planes of ${tensor}, or any slice of it (v)"
        @click=${() => panel.lookAt(wholeOf(tensor, g))}
      >
        look at all
      </button>
    </h3>
    <div class="names" role="group" aria-label="Tensors">
      ${tensorNames
        .filter((name) => name !== "b" || g.hasBias)
        .map(
          (name) =>
            html`<button
              type="button"
              class="tensor-name"
              aria-pressed=${String(name === tensor)}
              @click=${() => panel.describe(name)}
            >
              ${name}
            </button>`,
        )}
    </div>
    <p class="shape"><b>${tensor}</b> ${shapeText(shape)}</p>
    <p class="quiet">
      ${shape.map((size, axis) => `${axisNames[tensor][axis]} ${size}`).join(" · ")}<br />
      ${arithmetic.dtype} · ${bytesText(bytes)}${virtual ? " if it were held" : ""}
    </p>
    ${summary === undefined || summary === null ? nothing : statistics(panel, tensor, summary, scale, count)}
  </section>`;
}

/** Elements of one kind in a tensor. `first`: offset of the first one, −1 if there is none or it is not known. */
interface Found {
  readonly tensor: TensorName;
  readonly name: string;
  readonly look: "" | "alarm";
  readonly times: number;
  readonly first: number;
}

function statistics(panel: Panel, tensor: TensorName, summary: Summary, scale: ColourScale | null, count: number) {
  const { stats, histogram, dtype, sampled } = summary;
  const number = (value: number | null) =>
    value === null ? html`–` : html`<span data-tip=${exact(value, dtype)}>${short(value)}</span>`;
  const found = (name: string, look: Found["look"], times: number, first: number) =>
    foundRow(panel, { tensor, name, look, times, first });
  return html`
    <conv-histogram
      class="histogram"
      .label=${`Histogram of ${tensor}`}
      .histogram=${histogram}
      .scale=${scale ?? scaleOf(stats)}
    ></conv-histogram>
    <table class="facts">
      <tr>
        <th scope="row">min … max</th>
        <td>${number(stats.min)} … ${number(stats.max)}</td>
      </tr>
      <tr>
        <th scope="row">mean ± std</th>
        <td>${number(stats.mean)} ± ${number(stats.std)}</td>
      </tr>
      ${found("zeros", "", stats.zeros, stats.firstZero)}
      ${
        stats.nan + stats.inf === 0 && stats.firstNan < 0 && stats.firstInf < 0
          ? html`<tr>
              <th scope="row">NaN · ±Inf</th>
              <td>0 · 0</td>
            </tr>`
          : html`${found("NaN", "alarm", stats.nan, stats.firstNan)}
            ${found("±Inf", "alarm", stats.inf, stats.firstInf)}`
      }
    </table>
    ${sampled < count ? html`<p class="quiet">of ${grouped(sampled)} elements, spread evenly</p>` : nothing}
    ${scale === null ? nothing : colours(panel, tensor, scale, summary)}
  `;
}

/** How many there are, and the way to the first one, where it is known: a sample may have missed it. */
function foundRow(panel: Panel, { tensor, name, look, times, first }: Found): TemplateResult {
  const { run } = panel.state;
  const go = () => {
    if (run !== null) panel.goTo({ tensor, index: indexAt(shapeOf(run.geometry, tensor), first) });
  };
  return html`<tr class=${times > 0 || first >= 0 ? look : ""}>
    <th scope="row">${name}</th>
    <td>
      ${times === 0 && first >= 0 ? "few" : grouped(times)}
      ${first >= 0 ? html`<button type="button" class="link" @click=${go}>go to first</button>` : nothing}
    </td>
  </tr>`;
}

const domainKinds: readonly DomainKind[] = ["symmetric", "full", "percentile", "fixed"];
const domainTips: Readonly<Record<DomainKind, string>> = {
  symmetric: "As far on either side of 0",
  full: "From the least to the greatest value",
  percentile: "From the 1st to the 99th percentile",
  fixed: "Between two numbers of your own",
};

function colours(panel: Panel, tensor: TensorName, scale: ColourScale, { stats }: Summary): TemplateResult {
  const { compared } = panel.state;
  const shared = sharingWith(tensor, compared);
  const [owner] = shared;
  const others = shared.filter((name) => name !== tensor);
  const pressed = compared.includes(tensor);
  const chosen = panel.state.domains[owner]?.kind ?? scale.domain;
  const choose = (kind: DomainKind) => {
    const domain: Domain = kind === "fixed" ? { kind, lo: stats.min ?? -1, hi: stats.max ?? 1 } : { kind };
    panel.setDomain(owner, domain);
  };
  return html`
    <h3 class="colour-head">
      Colour ${others.length === 0 ? nothing : html`<span>shared with ${others.join(", ")}</span>`}
      <button
        type="button"
        class="text"
        aria-pressed=${String(pressed)}
        data-tip=${pressed ? `Give ${tensor} its own colours again` : "All tensors that are compared share one scale"}
        @click=${() => panel.toggleCompared(tensor)}
      >
        ${pressed ? "compared" : "compare"}
      </button>
    </h3>
    <conv-colour-bar class="colours" .scale=${scale}>
      <vscode-single-select
        label="Colour domain of ${owner}"
        .value=${chosen}
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as DomainKind)}
      >
        ${domainKinds.map(
          (kind) =>
            html`<vscode-option value=${kind} description=${domainTips[kind]} ?selected=${kind === chosen}
              >${kind}</vscode-option
            >`,
        )}
      </vscode-single-select>
    </conv-colour-bar>
    ${chosen === "fixed" ? fixedEnds(panel, owner, scale) : nothing}
  `;
}

function fixedEnds(panel: Panel, tensor: TensorName, { lo, hi }: ColourScale): TemplateResult {
  const field = (label: string, value: number, put: (value: number) => Domain) =>
    html`<label
      >${label}
      <input
        type="text"
        inputmode="decimal"
        spellcheck="false"
        .value=${String(value)}
        @change=${(event: Event) => {
          const typed = Number((event.target as HTMLInputElement).value.replace("−", "-"));
          if (Number.isFinite(typed)) panel.setDomain(tensor, put(typed));
        }}
    /></label>`;
  return html`<div class="ends">
    ${field("from", lo, (value) => ({ kind: "fixed", lo: value, hi }))}
    ${field("to", hi, (value) => ({ kind: "fixed", lo, hi: value }))}
  </div>`;
}
