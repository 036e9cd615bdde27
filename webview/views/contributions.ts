import { type TemplateResult, html, nothing } from "lit";
import type { Terms } from "../../src/protocol/messages";
import { type Element, touchOf, windowCell } from "../../src/trace/order/elements";
import type { Place } from "../../src/trace/order/steps";
import { grouped, short } from "../format";
import { FEW_TERMS } from "../facts";
import type { Panel } from "../panel";
import type { Inspected } from "./inspector";
import { placed } from "./placed";

/** Why this value: the terms of its sum, largest first, each with a way to its step and to its factors. */
export function contributions(
  panel: Panel,
  { element, facts }: Inspected,
  all: boolean,
  toggle: () => void,
): TemplateResult | typeof nothing {
  const { steps, step } = panel.state;
  const { largest, count, firstNan, firstInfinity } = facts;
  if (steps === null || count === 0 || element.tensor === "col") return nothing;
  const most = Math.max(
    ...Array.from(largest.product, (product) => (Number.isFinite(product) ? Math.abs(product) : 0)),
  );
  const first = (k: number, what: string) => {
    if (k < 0) return nothing;
    const at = firstStep(panel, element, k, largest);
    return html`<p class="alarm">
      ${what} first in term ${grouped(k)}
      ${at === null ? nothing : html`<button type="button" class="link" @click=${() => panel.seek(at)}>go there</button>`}
    </p>`;
  };
  return html`<section class="section">
    <h3>
      ${all ? "All contributions" : count > FEW_TERMS ? "Largest contributions" : "Contributions"}
      ${
        count > FEW_TERMS
          ? html`<button type="button" class="text" aria-expanded=${String(all)} @click=${toggle}>
              ${all ? "fewer" : `all ${grouped(count)}`}
            </button>`
          : nothing
      }
    </h3>
    ${first(firstNan, "NaN")} ${first(firstInfinity, "∞")}
    <div class="terms ${all ? "all" : ""}" tabindex=${all ? 0 : -1} role="group" aria-label="Terms, largest first">
      <table>
        ${Array.from(largest.k, (_, i) => term(panel, steps.place(largest.step[i]), largest, i, most, step))}
      </table>
    </div>
    ${sumLine(largest, count, facts.bias.at(0), facts.final.at(0))}
  </section>`;
}

function term(panel: Panel, place: Place, terms: Terms, i: number, most: number, step: number): TemplateResult {
  const product = terms.product[i];
  const reads = touchOf(panel.state.steps!.geometry, place).reads; // contributions() has looked
  const factors = terms.right.length > 0 ? [terms.left[i], terms.right[i]] : [];
  const share = most === 0 || !Number.isFinite(product) ? 0 : Math.abs(product) / most;
  return html`<tr class=${terms.step[i] > step ? "future" : ""}>
    <th scope="row">
      <button
        type="button"
        class="link"
        data-tip="To step ${grouped(place.step)}"
        @click=${() => panel.seek(place.step)}
      >
        ${termName(place)}
      </button>
    </th>
    <td>${factors.map((value, at) => html`${at === 0 ? nothing : " × "}${factor(panel, reads[at], place, value)}`)}</td>
    <td class="product">
      <span class="share ${product < 0 ? "negative" : ""}" ${placed({ width: `${Math.round(share * 100)}%` })}></span>
      ${terms.right.length > 0 ? short(product) : factor(panel, reads[0], place, product)}
    </td>
  </tr>`;
}

/** A number that leads to the element that it comes from: of col to the cell of x that it was copied from. */
function factor(panel: Panel, element: Element, place: Place, value: number): TemplateResult {
  const { geometry } = panel.state.steps!; // contributions() has looked
  const source = element.tensor === "col" ? windowCell(geometry, "x", place.at) : element;
  const size = geometry;
  const [, , iy, ix] = source.index;
  const outside = source.tensor === "x" && (iy < 0 || ix < 0 || iy >= size.y.size || ix >= size.x.size);
  if (outside) return html`<span data-tip="Zero padding">${short(value)}</span>`;
  return html`<button
    type="button"
    class="link"
    data-tip="${source.tensor}[${source.index.join(", ")}]"
    @click=${() => panel.select({ tensor: source.tensor, index: source.index })}
  >
    ${short(value)}
  </button>`;
}

/** The sum written out: its largest terms, how many others there are, the bias. Nothing, where it would only repeat its one term. */
function sumLine(terms: Terms, count: number, bias: number | undefined, final: number | undefined) {
  if (final === undefined || terms.product.length === 0 || (count === 1 && bias === undefined)) return nothing;
  const shown = Math.min(3, terms.product.length);
  const signed = (value: number, i: number) =>
    i === 0 ? short(value) : value < 0 ? `−\u00a0${short(-value)}` : `+\u00a0${short(value)}`;
  const parts = Array.from(terms.product.subarray(0, shown), signed);
  const others = count - shown;
  const rest = others > 0 ? ` +\u00a0${grouped(others)}\u00a0more` : "";
  const biased = bias === undefined ? "" : ` ${signed(bias, 1)}\u00a0(b)`;
  return html`<p class="equation">${parts.join(" ")}${rest}${biased} =&nbsp;<b>${short(final)}</b></p>`;
}

/** Where a term is, in the indices that tell it from the others of its sum. */
function termName({ stage, at }: Place): string {
  switch (stage) {
    case "im2col":
    case "gemm":
      return `c${at.c} ky${at.ky} kx${at.kx}`;
    case "db":
    case "dW":
      return `n${at.n} oy${at.oy} ox${at.ox}`;
    case "dcol":
      return `f${at.f}`;
    case "col2im":
      return `oy${at.oy} ox${at.ox} · ${at.ky},${at.kx}`;
  }
}

/** The step of term `k`; terms of a sum are steps in a row, those of dx are only known where they are listed. */
function firstStep(panel: Panel, element: Element, k: number, terms: Terms): number | null {
  const listed = terms.k.indexOf(k);
  if (listed >= 0) return terms.step[listed];
  const { steps } = panel.state;
  if (element.tensor === "dx" || steps === null || terms.k.length === 0) return null;
  return terms.step[0] - terms.k[0] + k;
}
