import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Comparison } from "./comparison";

/** A part of the page: reads its state, and renders again when that changes. Without a shadow root: the page has one style sheet. */
export abstract class ComparisonView extends LitElement {
  @property({ attribute: false }) comparison!: Comparison;
  #unsubscribe: () => void = () => undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.comparison.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }
}
