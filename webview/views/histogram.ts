import { customElement, property } from "lit/decorators.js";
import type { Histogram } from "../../src/tensor/histogram";
import { binText, boundsOf, histogramText } from "../paint/bars";
import { type ColourScale, entryOf, unitScale } from "../../src/colour/scale";
import { paletteOf } from "../../src/colour/palette";
import { type Bars, BarsView } from "./bars";
import { css as cssColour } from "./heatmapCells";

/** `<conv-histogram>`: bars in the colours of the scale. */
@customElement("conv-histogram")
export class HistogramView extends BarsView {
  @property({ attribute: false }) histogram: Histogram | null = null;
  @property({ attribute: false }) scale: ColourScale | undefined;

  protected override bars(): Bars | null {
    const { histogram, scale = unitScale } = this;
    if (histogram === null) return null;
    return {
      counts: histogram.bins,
      words: histogramText(histogram),
      text: (bin) => binText(histogram, bin),
      colour: (bin, { tone }) => {
        const [from, to] = boundsOf(histogram, bin);
        return cssColour(paletteOf(scale.kind, tone).table[entryOf(scale, from / 2 + to / 2)]);
      },
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-histogram": HistogramView;
  }
}
