import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Panel } from "../panel";

/**
 * A part of the page: reads the one state, and renders again when it changes. Without a shadow root: the page has one style
 * sheet, labels find what they name across parts, and the icons' font is loaded once.
 */
export abstract class PanelView extends LitElement {
  @property({ attribute: false }) panel!: Panel;
  #unsubscribe: () => void = () => undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.panel.store.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }
}
