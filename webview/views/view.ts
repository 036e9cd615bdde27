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
  #seen: readonly unknown[] | null = null;

  /** What it shows of the state: as long as that stays the same, it need not render again. null: too much to be named. */
  protected seen(): readonly unknown[] | null {
    return null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.panel.store.subscribe(() => this.#look());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }

  #look(): void {
    const [last, now] = [this.#seen, this.seen()];
    this.#seen = now;
    if (last === null || now === null || now.some((part, i) => part !== last[i])) this.requestUpdate();
  }
}
