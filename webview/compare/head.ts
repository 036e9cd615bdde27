import { type TemplateResult, html, nothing } from "lit";
import type { Compared, Judgement, SideInfo } from "../../src/protocol/comparison";
import { elementCount, shapeText } from "../../src/tensor/tensor";
import { grouped, short } from "../format";
import type { Comparison } from "./comparison";

/** What is compared, how it is read, and whether it is the same. */
export function head(comparison: Comparison, compared: Compared): TemplateResult {
  const { left, right, shape, judgement } = compared;
  return html`<header>
    <h1 class="unseen">${left.name} and ${right.name}</h1>
    <div class="names-of-both">
      ${side(left)}
      <button
        type="button"
        class="codicon codicon-arrow-swap"
        aria-label="Exchange left and right"
        data-tip="Exchange left and right (x)"
        @click=${() => comparison.exchange()}
      ></button>
      ${side(right)} ${readingChoice(comparison, compared)}
    </div>
    ${judgement === null || shape === null ? nothing : verdict(comparison, judgement, elementCount(shape))}
  </header>`;
}

function side({ name, shape, dtype }: SideInfo): TemplateResult {
  return html`<span class="one"><b>${name}</b> <span class="quiet">${shapeText(shape)} · ${dtype}</span></span>`;
}

/** Shown where there is something to choose, or where the shapes differ: then it says what was assumed. */
function readingChoice(comparison: Comparison, { left, right, readings, reading }: Compared) {
  const same = shapeText(left.shape) === shapeText(right.shape);
  if (readings.length === 0 || (same && readings.length === 1)) return nothing;
  return html`<label class="reading ${same ? "" : "assumed"}">
    <span>${same ? "right read as" : "the shapes differ: right read as"}</span>
    <vscode-single-select
      label="How the right tensor is read"
      .value=${String(reading)}
      @change=${(event: Event) => comparison.read(Number((event.target as HTMLSelectElement).value))}
    >
      ${readings.map(
        ({ label, detail, mean }, i) =>
          html`<vscode-option
            value=${String(i)}
            description="${detail}. Mean |difference| ${mean === null ? "unknown" : short(mean)}"
            ?selected=${i === reading}
            >${label}</vscode-option
          >`,
      )}
    </vscode-single-select>
  </label>`;
}

/** Instead of everything else, where there is nothing to compare. */
export function cannot({ left, right }: Compared): TemplateResult {
  const sides = [left, right].map(({ shape }) => `${shapeText(shape)} (${grouped(elementCount(shape))} elements)`);
  return html`<main class="cannot">
    <p role="status" class="alarm">${sides.join(" and ")} cannot be set against each other.</p>
    <p>They have neither as many elements nor as many axes. Compare a part of one of them.</p>
  </main>`;
}

function verdict(comparison: Comparison, judgement: Judgement, count: number): TemplateResult {
  const { rtol, atol, failing, first, looked } = judgement;
  const part = looked < count ? ` of ${grouped(looked)} looked at so far` : ` of ${grouped(count)}`;
  return html`<div class="verdict">
    <p role="status" class=${failing === 0 ? "good" : "alarm"}>
      <i class="codicon codicon-${failing === 0 ? "pass" : "error"}" aria-hidden="true"></i>
      ${failing === 0 ? `All close${looked < count ? part : ""}` : `${grouped(failing)}${part} beyond tolerance`}
    </p>
    ${
      first < 0
        ? nothing
        : html`<button type="button" class="link" @click=${() => comparison.goTo(first)}>go to first</button>`
    }
    <span class="tolerance" data-tip="numpy.allclose: |left − right| <= atol + rtol · |right|, NaN equal to NaN">
      ${field("rtol", rtol, (value) => comparison.judge(value, atol))}
      ${field("atol", atol, (value) => comparison.judge(rtol, value))}
    </span>
  </div>`;
}

function field(name: string, value: number, put: (value: number) => void): TemplateResult {
  const change = ({ target }: Event) => {
    const input = target as HTMLInputElement; // the listener is on the field
    const typed = Number(input.value.trim() === "" ? NaN : input.value.replace("−", "-"));
    const good = Number.isFinite(typed) && typed >= 0;
    input.setAttribute("aria-invalid", String(!good));
    if (good) put(typed);
  };
  return html`<label
    >${name}
    <input
      type="text"
      inputmode="decimal"
      spellcheck="false"
      autocomplete="off"
      .value=${value === 0 || value >= 1e-3 ? String(value) : value.toExponential()}
      @change=${change}
  /></label>`;
}
