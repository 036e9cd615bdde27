import { type TemplateResult, html, nothing } from "lit";
import { type Pass, type StageName, passes } from "../../src/conv/passes";
import type { Mood, StageReport } from "../../src/protocol/report";

/** How the algorithm comes to each of them. */
const ways: Readonly<Record<StageName, string>> = {
  col: "im2col(x)",
  product: "col · W",
  out: "product + b",
  db: "Σ dout",
  dW: "colᵀ · dout",
  dcol: "dout · W",
  dx: "col2im(dcol)",
};
const titles: Readonly<Record<Pass, string>> = { forward: "Forward", backward: "Backward" };
const icons: Readonly<Record<Mood, string>> = { good: "pass", explained: "lightbulb", open: "question" };

/**
 * The stages in the order of the algorithm, each with how it stands: the first that differs is where to look. A pass of which nothing
 * was given is left out.
 */
export function stagesChain(stages: readonly StageReport[]): TemplateResult | typeof nothing {
  if (stages.length === 0) return nothing;
  const find = (name: StageName) => stages.find(({ stage }) => stage === name);
  const given = (["forward", "backward"] as const).filter((pass) => passes[pass].some(find));
  return html`<section class="stages" aria-label="Stages">
    ${given.map(
      (pass) =>
        html`<h2 class="over">${titles[pass]}</h2>
          <ol>
            ${passes[pass].map((name) => card(name, find(name)))}
          </ol>`,
    )}
  </section>`;
}

function card(name: StageName, report: StageReport | undefined): TemplateResult {
  if (report === undefined)
    return html`<li class="stage">
      <p><b>${name}</b><i>${ways[name]}</i></p>
      <p class="verdict">not given</p>
    </li>`;
  const { mood, verdict, layout, first } = report;
  return html`<li class="stage ${mood} ${first ? "first" : ""}">
    <p><b>${name}</b><i>${ways[name]}</i></p>
    <p class="verdict">
      <i class="codicon codicon-${icons[mood]}" aria-hidden="true"></i
      >${verdict}${first ? html`<em>first to differ</em>` : nothing}
    </p>
    ${layout === null ? nothing : html`<p class="layout">read as ${layout}</p>`}
  </li>`;
}
