import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { bindingOf } from "../keys";
import "./cut";
import "./flow";
import "./goTo";
import "./inspector";
import "./keysHelp";
import "./scene";
import "./speech";
import { searchBar } from "./searching";
import { activityBanner, emptyPage, failedPage, runningPage } from "./states";
import "./strip";
import "./timeline";
import { Tips } from "./tips";
import { PanelView } from "./view";

/** Below this width, the same as in the style sheets, there is no room for the inspector beside the scene. */
const narrow = matchMedia("(max-width: 860px)");

/** `<conv-app>`: the whole page. */
@customElement("conv-app")
export class App extends PanelView {
  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#keydown);
    narrow.addEventListener("change", this.#resized);
    this.#resized();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#keydown);
    narrow.removeEventListener("change", this.#resized);
  }

  protected override firstUpdated(): void {
    new Tips(this);
  }

  protected override seen() {
    const { connected, run, activity, cut, searching } = this.panel.state;
    return [connected, run, activity, cut, searching, this.panel.inspecting];
  }

  protected override render() {
    const { connected, run, activity } = this.panel.state;
    if (!connected) return nothing;
    if (run === null) {
      const { panel } = this;
      if (activity?.kind === "running") return runningPage(panel, activity);
      return activity?.kind === "failed" ? failedPage(panel, activity) : emptyPage(panel);
    }
    const { panel } = this;
    return html`
      <header class="top">
        <h1 class="unseen">${run.title}</h1>
        <conv-flow class="flow" .panel=${panel}></conv-flow>
      </header>
      ${activity === null ? nothing : activityBanner(panel, activity)}
      <main class=${this.panel.inspecting ? "with-inspector" : "without-inspector"}>
        <section class="stage" aria-label="Scene">
          ${
            panel.state.cut === null
              ? html`<conv-scene class="scene" .panel=${panel}></conv-scene>`
              : html`<conv-cut class="scene" .panel=${panel}></conv-cut>`
          }
          <conv-strip class="strip" .panel=${panel}></conv-strip>
        </section>
        <conv-inspector class="inspector" .panel=${panel}></conv-inspector>
        ${searchBar(panel)}
      </main>
      <footer class="bottom">
        <conv-timeline class="timeline" .panel=${panel}></conv-timeline>
      </footer>
      <conv-speech .panel=${panel}></conv-speech>
      <conv-go-to .panel=${panel}></conv-go-to>
      <conv-keys-help .panel=${panel}></conv-keys-help>
    `;
  }

  readonly #resized = (): void => {
    this.panel.setNarrow(narrow.matches);
  };

  /** What a focused part did not take. Taken keys stay here: outside the panel they may mean something else. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || this.panel.state.run === null || this.panel.state.overlaid !== null) return;
    const binding = bindingOf(event);
    if (binding !== null) {
      event.preventDefault();
      event.stopPropagation();
      binding.run(this.panel);
    } else if (event.key.startsWith("Arrow") && document.activeElement === document.body) {
      // The arrows move a cursor: the one of the result, if none has the focus.
      event.preventDefault();
      this.querySelector<HTMLElement>(".pane.written conv-heatmap")?.focus();
    }
  };
}
