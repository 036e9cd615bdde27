import { customElement, property } from "lit/decorators.js";
import type { Octaves } from "../../src/tensor/octaves";
import { grouped, short } from "../format";
import { type Bars, BarsView } from "../views/bars";

/** `<conv-octaves>`: how many differences there are of each size, on log scales both ways. */
@customElement("conv-octaves")
export class OctavesView extends BarsView {
  @property({ attribute: false }) octaves: Octaves | null = null;

  protected override bars(): Bars | null {
    const { octaves } = this;
    if (octaves === null || octaves.bins.length === 0) return null;
    const { first, bins } = octaves;
    const text = (bin: number) =>
      `${grouped(bins[bin])} from ${short(2 ** (first + bin))} to ${short(2 ** (first + bin + 1))}`;
    const fullest = bins.indexOf(Math.max(...bins));
    const total = bins.reduce((sum, count) => sum + count, 0);
    return {
      counts: bins,
      words: `${grouped(total)} differ; most of them, ${text(fullest)}`,
      text,
      colour: (_, { accent }) => accent,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-octaves": OctavesView;
  }
}
