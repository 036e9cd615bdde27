import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import type { Mood, Report, ResultReport } from "../../src/protocol/report";
import { elementName } from "../names";
import { activityBanner, failedPage, runningPage } from "../views/states";
import { Tips } from "../views/tips";
import { answerCard } from "./answer";
import "./evidence";
import { ReportPart } from "./part";
import { stagesChain } from "./stages";

const icons: Readonly<Record<Mood, string>> = { good: "pass", explained: "lightbulb", open: "question" };

/** `<conv-report>`: the whole page. */
@customElement("conv-report")
export class ReportView extends ReportPart {
  protected override firstUpdated(): void {
    new Tips(this);
  }

  protected override render() {
    const { page } = this;
    if (page.shown === null) return nothing;
    const { report, activity } = page.shown;
    if (report === null) {
      if (activity?.kind === "running") return runningPage(page, activity);
      return activity?.kind === "failed" ? failedPage(page, activity) : nothing;
    }
    return html`
      ${activity === null ? nothing : activityBanner(page, activity)}
      <main class="report ${report.kind}" tabindex="-1">
        ${this.#head(report)} ${stagesChain(report.stages)}
        <section class="results" aria-label="Results">
          ${report.results.map((result) => this.#result(report, result))}
        </section>
        ${this.#answers(report)}
      </main>
    `;
  }

  #head({ kind, title, headline, about, mood, remarks }: Report): TemplateResult {
    return html`<header class="head ${mood}">
      <p class="about">
        <span>${kind === "mismatch" ? "Explain Mismatch" : "Check Gradients"}</span><b>${title}</b><span>${about}</span>
        <button
          type="button"
          class="codicon codicon-refresh"
          aria-label="Ask again"
          data-tip="Ask again"
          @click=${() => this.page.act("runAgain")}
        ></button>
      </p>
      <h1><i class="codicon codicon-${icons[mood]}" aria-hidden="true"></i><span>${headline}</span></h1>
      ${remarks.map((remark) => html`<p class="remark">${remark}</p>`)}
    </header>`;
  }

  #result({ answers }: Report, result: ResultReport): TemplateResult {
    const { tensor, mood, verdict, lines, places, pictured } = result;
    const { page } = this;
    // Where there is an answer, the pictures stand with it, before and after.
    const toSee = pictured && answers.every(({ explains }) => !explains.includes(tensor));
    // Of what is right, or is wrong because of something before it, there is nothing much to see.
    const open = toSee && page.isOpen(tensor, mood === "open");
    return html`<article class="result ${mood}" aria-label=${tensor}>
      <h2>
        <b>${tensor}</b><span>${verdict}</span>
        ${
          toSee
            ? html`<button type="button" class="link" aria-expanded=${String(open)} @click=${() => page.toggle(tensor)}>
                ${open ? "Hide picture" : "Show picture"}
              </button>`
            : nothing
        }
      </h2>
      ${lines.map((line) => html`<p>${line}</p>`)}
      ${
        open
          ? html`<conv-evidence class="evidence" .page=${page} .answer=${-1} .tensor=${tensor}></conv-evidence>`
          : nothing
      }
      ${
        places.length === 0
          ? nothing
          : html`<ul class="places">
              ${places.map(
                (place) =>
                  html`<li>
                    <button
                      type="button"
                      class="link"
                      data-tip="Go there in the panel"
                      @click=${() => page.goTo(place)}
                    >
                      ${elementName(place)}
                    </button>
                    <span>${place.text}</span>
                  </li>`,
              )}
            </ul>`
      }
    </article>`;
  }

  #answers(report: Report): TemplateResult {
    const { answers, sections, nearest } = report;
    let from = 0;
    const parts = sections.map(({ title, count, best }) => {
      const first = from;
      from += count;
      return html`<section aria-label=${title}>
        <h2 class="over">${title}</h2>
        ${answers.slice(first, from).map((answer, i) => answerCard(this.page, answer, first + i, best && i === 0, best))}
      </section>`;
    });
    return html`
      ${parts}
      ${
        nearest.length === 0
          ? nothing
          : html`<section aria-label="Nearest">
              <h2 class="over">Nearest, but wrong</h2>
              <ul class="nearest">
                ${nearest.map((line) => html`<li>${line}</li>`)}
              </ul>
            </section>`
      }
    `;
  }
}
