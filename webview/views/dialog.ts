import { type TemplateResult, html, nothing } from "lit";
import type { Overlaid } from "../store";
import { PanelView } from "./view";

/** A dialog over the page, open while the state says so. Escape and a press beside it close it. */
export abstract class DialogView extends PanelView {
  protected abstract readonly overlaid: Exclude<Overlaid, null>;
  /** Its name, and the class of its looks. */
  protected abstract readonly label: string;
  protected abstract readonly look: string;

  protected abstract content(): TemplateResult;

  protected override seen() {
    return [this.panel.state.overlaid];
  }

  protected override render() {
    if (this.panel.state.overlaid !== this.overlaid) return nothing;
    return html`<dialog
      class=${this.look}
      aria-label=${this.label}
      @close=${this.close}
      @click=${this.#outside}
      @keydown=${this.#keydown}
    >
      ${this.content()}
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog !== null && !dialog.open) dialog.showModal();
  }

  protected readonly close = (): void => this.panel.overlay(null);

  /** At once, where the dialog would close itself a moment later. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  };

  /** The backdrop belongs to the dialog, not to what is in it. */
  readonly #outside = (event: Event): void => {
    if (event.target === event.currentTarget) this.close();
  };
}
