import { type TemplateResult, html, nothing } from "lit";
import { type Answer, type Framework, frameworks } from "../../src/protocol/report";
import { segmented } from "../views/segmented";
import "./copyButton";
import type { ReportPage } from "./page";

const titles: Readonly<Record<Framework, string>> = { pytorch: "PyTorch", tensorflow: "TensorFlow", numpy: "NumPy" };

/**
 * One answer: its name, and, where it is open (`first`: by itself), the evidence for it, the lines that mend it, and what can be done
 * about it here.
 */
export function answerCard(
  page: ReportPage,
  answer: Answer,
  at: number,
  first: boolean,
  best: boolean,
): TemplateResult {
  const part = `${at} ${answer.names.flat().join()}`;
  const open = page.isOpen(part, first);
  const id = `answer-${at}`;
  return html`<article class="answer ${best ? "best" : ""}">
    <h3>
      <button type="button" aria-expanded=${String(open)} aria-controls=${id} @click=${() => page.toggle(part)}>
        <i class="codicon codicon-chevron-${open ? "down" : "right"}" aria-hidden="true"></i>
        <span class="names">${answer.names.map((names, i) => nameOf(names, i))}</span>
      </button>
    </h3>
    <div id=${id} ?hidden=${!open}>${open ? body(page, answer, at) : nothing}</div>
  </article>`;
}

/** Two causes at once are joined; other names for the same stand below. */
function nameOf(names: readonly string[], i: number): TemplateResult {
  return html`<span class="name">
    ${i === 0 ? nothing : html`<i>or</i>`}
    ${names.map((name, at) => html`${at === 0 ? nothing : html`<i>and</i>`}<span>${name}</span>`)}
  </span>`;
}

function body(page: ReportPage, { explains, remains, fixes, setting }: Answer, at: number): TemplateResult {
  const shown = page.evidenceShown(at, explains);
  return html`
    <p class="remains">${remains}</p>
    ${
      explains.length < 2
        ? nothing
        : segmented(
            "Evidence for",
            explains.map((tensor) => ({ value: tensor, text: tensor })),
            shown ?? explains[0],
            (tensor) => page.showEvidence(at, tensor),
          )
    }
    ${
      shown === undefined
        ? nothing
        : html`<conv-evidence class="evidence" .page=${page} .answer=${at} .tensor=${shown}></conv-evidence>`
    }
    <h4>What to write where the expected results are made</h4>
    ${fixes.map(
      (fix, cause) =>
        html`<table class="fixes">
          ${frameworks.map(
            (framework) =>
              html`<tr>
                <th scope="row">${titles[framework]}</th>
                <td><code>${fix[framework]}</code></td>
                <td>
                  <conv-copy
                    .label=${`Copy the line for ${titles[framework]}`}
                    .copy=${() => page.copy(at, cause, framework)}
                  ></conv-copy>
                </td>
              </tr>`,
          )}
        </table>`,
    )}
    ${
      setting === null
        ? nothing
        : html`<div class="adopt">
            <vscode-button @click=${() => page.adopt(at)}>Apply to the layer file</vscode-button>
            <code>${setting}</code>
          </div>`
    }
  `;
}
