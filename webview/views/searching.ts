import { type TemplateResult, html, nothing } from "lit";
import { grouped } from "../format";
import type { Panel } from "../panel";

/**
 * A continue that takes long: how far it has come, how fast, and the way out. It lies over the line above the products, where it is
 * narrow over the one of the present element: nothing moves when it comes.
 */
export function searchBar(panel: Panel): TemplateResult | typeof nothing {
  const { searching, steps } = panel.state;
  if (searching === null || steps === null) return nothing;
  const { direction, from, step, rate } = searching;
  const forward = direction === "forward";
  const done = Math.abs(step - from);
  const share = done / Math.max(1, forward ? steps.total - 1 - from : from);
  const what = forward ? "Looking for the next stop" : "Looking for the stop before";
  return html`<div class="searching" role="group" aria-label=${what}>
    <span role="status">${what}</span>
    <span class="numbers">${grouped(done)} steps · ${rateText(rate)} a second</span>
    <button type="button" data-tip="Stay where it was (Esc)" @click=${() => panel.interrupt()}>Cancel</button>
    <vscode-progress-bar .value=${share * 100} .max=${100} aria-label=${what}></vscode-progress-bar>
  </div>`;
}

/** "48 million", "730 000": two digits are enough of what changes all the time. */
function rateText(rate: number): string {
  const [unit, word] = rate >= 1e9 ? [1e9, " billion"] : rate >= 1e6 ? [1e6, " million"] : [1, ""];
  return `${grouped(Number((rate / unit).toPrecision(2)))}${word}`;
}
