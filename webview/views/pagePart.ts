import { LitElement } from "lit";

/** What a page knows, and tells when it changes. */
interface Followed {
  subscribe(listener: () => void): () => void;
}

/** A part of a page: renders again when what it follows changes. Without a shadow root: the page has one style sheet. */
export abstract class PagePart extends LitElement {
  #unsubscribe: () => void = () => undefined;

  protected abstract get followed(): Followed;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.followed.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }
}
