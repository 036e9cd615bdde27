import { type TemplateResult, html, nothing } from "lit";
import type { Compared } from "../../src/protocol/comparison";
import type { AmountFacts, Differences } from "../../src/tensor/differences";
import { elementCount } from "../../src/tensor/tensor";
import { grouped, short } from "../format";
import { type Comparison, amountOf } from "./comparison";
import "./octaves";
import "./worst";

/** The differences as a whole: numbers, how many there are of each size, and the largest ones. */
export function aside(comparison: Comparison, { differences, shape }: Compared): TemplateResult | typeof nothing {
  if (differences === null || shape === null) return nothing;
  const { measure } = comparison.state;
  const amount = differences[amountOf(measure)];
  return html`<aside class="about" aria-label="Differences">
    <h2 class="unseen">Differences</h2>
    ${summary(comparison, differences, elementCount(shape))} ${sizes(comparison, amount)}
    <section class="section">
      <h3>Worst first <span>${amountOf(measure)}</span></h3>
      <conv-worst .comparison=${comparison}></conv-worst>
    </section>
  </aside>`;
}

function summary(comparison: Comparison, differences: Differences, count: number): TemplateResult {
  const { looked, equal, odd, zeroRight, absolute, relative, ulp } = differences;
  const orNone = (value: number | null) => (value === null ? "–" : short(value));
  const row = (name: string, value: string, tip: string, at = -1) =>
    html`<tr>
      <th scope="row" data-tip=${tip}>${name}</th>
      <td>
        ${at < 0 ? value : html`<button type="button" class="link" @click=${() => comparison.goTo(at)}>${value}</button>`}
      </td>
    </tr>`;
  const most = ({ max, at }: AmountFacts) => [at < 0 ? "0" : short(max), at] as const;
  const [[size, sizeAt], [share, shareAt], [ulps, ulpsAt]] = [most(absolute), most(relative), most(ulp)];
  return html`<section class="section">
    <h3>Summary</h3>
    <table class="facts">
      ${row("max absolute", size, "The largest finite |left − right|", sizeAt)}
      ${row("max relative", share, "The largest |left − right| / |right|, where right is not 0", shareAt)}
      ${row("max ulp", ulps, "The most units in the last place, of the coarser type", ulpsAt)}
      ${row("mean absolute", orNone(differences.meanAbsolute), "Of |left − right|, where both are finite")}
      ${row("mean difference", orNone(differences.meanDifference), "Of left − right, with its sign: a bias")}
      ${row("root mean square", orNone(differences.rms), "√ of the mean of (left − right)²")}
      ${row("cosine", cosineText(differences.cosine), "Σ l·r / √(Σ l² · Σ r²): 1 is the same direction")}
      ${row("equal", `${grouped(equal)} of ${grouped(looked)}`, "The same on both sides; two NaN as well")}
      ${odd === 0 ? nothing : row("not finite", grouped(odd), "They differ, and at least one is NaN or infinite")}
      ${zeroRight === 0 ? nothing : row("right is 0", grouped(zeroRight), "They differ, and have no relative difference")}
    </table>
    ${looked < count ? html`<p class="quiet">of a sample, until all ${grouped(count)} have been looked at</p>` : nothing}
  </section>`;
}

/** Near to 1, what is missing says more. */
function cosineText(cosine: number | null): string {
  if (cosine === null) return "–";
  const missing = 1 - cosine;
  return missing > 0 && missing < 1e-3 ? `1 − ${short(missing)}` : short(Math.min(1, cosine));
}

function sizes(comparison: Comparison, { octaves }: AmountFacts): TemplateResult {
  const { measure } = comparison.state;
  const { first, bins } = octaves;
  return html`<section class="section">
    <h3>Sizes <span>${amountOf(measure)}, both axes logarithmic</span></h3>
    ${
      bins.length === 0
        ? html`<p class="quiet">nothing differs</p>`
        : html`<conv-octaves
              class="histogram"
              .label=${`Sizes of differences, ${amountOf(measure)}`}
              .octaves=${octaves}
            ></conv-octaves>
            <p class="quiet ends-of-bars">
              <span>${short(2 ** first)}</span><span>${short(2 ** (first + bins.length))}</span>
            </p>`
    }
  </section>`;
}
