import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ColourScale } from "../paint/colour";

/** `<conv-colour-bar>`: the scale as a bar, lo and hi under its ends, what it is ("diverging · symmetric") between. */
@customElement("conv-colour-bar")
export class ColourBar extends LitElement {
  @property({ attribute: false }) scale: ColourScale = { kind: "diverging", domain: "symmetric", lo: -1, hi: 1 };

  protected override render() {
    return html`<canvas></canvas>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-colour-bar": ColourBar;
  }
}
