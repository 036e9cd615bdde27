import { type TemplateResult, html, nothing } from "lit";
import type { Action, Activity } from "../../src/protocol/messages";
import type { Panel } from "../panel";

/** Whoever passes a button on. */
interface Acting {
  act(action: Exclude<Action, "runLayer" | "openSample">): void;
}

type Running = Extract<Activity, { kind: "running" }>;
type Failed = Extract<Activity, { kind: "failed" }>;

/** Nothing has run yet. */
export function emptyPage(panel: Pick<Panel, "act">): TemplateResult {
  return html`<main class="page">
    <h1>Nothing has run yet</h1>
    <p>
      Run a layer to step through it: a layer file (<code>*.conv.json</code>), a filter selected in any source file, or
      a tensor or an image of this folder.
    </p>
    <div class="buttons">
      <vscode-button @click=${() => panel.act("runLayer")}>Run a Layer</vscode-button>
      <vscode-button secondary @click=${() => panel.act("openSample")}>Open a Sample</vscode-button>
    </div>
  </main>`;
}

export function runningPage(panel: Acting, activity: Running): TemplateResult {
  return html`<main class="page" aria-busy="true">
    <h1>${activity.title}</h1>
    <p role="status">${runningText(activity)}</p>
    ${progress(activity)}
    <div class="buttons">
      <vscode-button secondary @click=${() => panel.act("cancel")}>Cancel</vscode-button>
    </div>
  </main>`;
}

export function failedPage(panel: Acting, { title, failure }: Failed): TemplateResult {
  return html`<main class="page">
    <div role="alert">
      <h1><i class="codicon codicon-error" aria-hidden="true"></i> ${failure.what}</h1>
    </div>
    <dl>
      ${fact("Layer", title)} ${fact("Where", failure.where)} ${fact("Cause", failure.cause)}
      ${fact("Remedy", failure.remedy)}
    </dl>
    <div class="buttons">
      <vscode-button @click=${() => panel.act("runAgain")}>Run Again</vscode-button>
      <vscode-button secondary @click=${() => panel.act("showLog")}>Show Log</vscode-button>
    </div>
  </main>`;
}

function fact(name: string, text: string): TemplateResult | typeof nothing {
  return text === ""
    ? nothing
    : html`<dt>${name}</dt>
        <dd>${text}</dd>`;
}

/** A line above the run that stays in view while another one goes on, has failed, or would be due. */
export function activityBanner(panel: Acting, activity: Activity): TemplateResult {
  switch (activity.kind) {
    case "running":
      return html`<div class="banner" role="status">
        <span>${activity.title}: ${runningText(activity)}</span>
        ${progress(activity)}
        <button type="button" @click=${() => panel.act("cancel")}>Cancel</button>
      </div>`;
    case "failed": {
      const { what, where, cause, remedy } = activity.failure;
      const rest = [where, cause, remedy].filter((part) => part !== "").join(" · ");
      return html`<div class="banner failed" role="alert">
        <i class="codicon codicon-error" aria-hidden="true"></i>
        <span><b>${what}</b> ${rest}. Shown is the run before.</span>
        <button type="button" @click=${() => panel.act("showLog")}>Show Log</button>
        ${dismiss(panel)}
      </div>`;
    }
    case "stale":
      return html`<div class="banner stale" role="status">
        <i class="codicon codicon-warning" aria-hidden="true"></i>
        <span>${activity.reason} Shown is the run before.</span>
        <button type="button" @click=${() => panel.act("runAgain")}>Run Again</button>
        ${dismiss(panel)}
      </div>`;
  }
}

function dismiss(panel: Acting): TemplateResult {
  return html`<button
    type="button"
    class="codicon codicon-close"
    aria-label="Dismiss"
    @click=${() => panel.act("dismiss")}
  ></button>`;
}

function runningText({ detail, fraction }: Running): string {
  return fraction === null ? detail : `${detail}, ${Math.floor(fraction * 100)} %`;
}

function progress({ title, fraction }: Running): TemplateResult {
  return fraction === null
    ? html`<vscode-progress-bar indeterminate aria-label=${title}></vscode-progress-bar>`
    : html`<vscode-progress-bar .value=${fraction * 100} .max=${100} aria-label=${title}></vscode-progress-bar>`;
}
