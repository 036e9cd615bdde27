import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ColourScale } from "../paint/colour";

/** Counts of a tensor's finite elements in bins of equal width over [lo, hi]; the last bin holds hi itself. */
export interface Histogram {
  readonly bins: Int32Array;
  readonly lo: number;
  readonly hi: number;
}

/**
 * `<conv-histogram>`: bars in the colours of the scale, their heights on a log scale, so that few elements stay visible.
 * Readout under the pointer and with the arrow keys; the text form is a sentence in the label. It fills its box.
 */
@customElement("conv-histogram")
export class HistogramView extends LitElement {
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) histogram: Histogram | null = null;
  @property({ attribute: false }) scale: ColourScale = { kind: "diverging", domain: "symmetric", lo: -1, hi: 1 };

  protected override render() {
    return html`<canvas></canvas>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-histogram": HistogramView;
  }
}
