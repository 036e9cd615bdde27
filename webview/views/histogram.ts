import { css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Histogram } from "../../src/tensor/histogram";
import { barsOf, binText, boundsOf, histogramText } from "../paint/bars";
import { type ColourScale, entryOf, unitScale } from "../../src/colour/scale";
import { paletteOf } from "../../src/colour/palette";
import type { Box } from "../paint/view";
import { css as cssColour } from "./heatmapCells";
import { PaintedElement } from "./painted";
import type { CanvasTheme } from "./theme";

/**
 * `<conv-histogram>`: bars in the colours of the scale, their heights on a log scale, so that few elements stay visible.
 * A line of readout under the pointer and with the arrow keys (Home, End too); the label says the whole in words. It fills
 * its box; give it a height.
 */
@customElement("conv-histogram")
export class HistogramView extends PaintedElement {
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) histogram: Histogram | null = null;
  @property({ attribute: false }) scale: ColourScale | undefined;
  @query("#readout") private readonly readout!: HTMLElement;

  #bin: number | null = null;

  static override styles = css`
    :host {
      display: block;
      position: relative;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
    canvas:focus {
      outline: none;
    }
    canvas:focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
      outline-offset: 2px;
    }
    #readout {
      position: absolute;
      inset: 0 auto auto 0;
      max-width: 100%;
      overflow: hidden;
      padding: 0 4px;
      color: var(--vscode-foreground);
      background: var(--vscode-editor-background);
      font: 11px/1.5 var(--vscode-editor-font-family);
      white-space: nowrap;
      text-overflow: ellipsis;
      pointer-events: none;
    }
    #readout:empty {
      display: none;
    }
  `;

  protected override render() {
    const words = this.histogram === null ? "empty" : histogramText(this.histogram);
    return html`
      <canvas
        tabindex="0"
        role="application"
        aria-roledescription="histogram"
        aria-label="${this.label}: ${words}"
        @pointermove=${this.#pointermove}
        @pointerleave=${() => this.#point(null)}
        @blur=${() => this.#point(null)}
        @keydown=${this.#keydown}
      ></canvas>
      <div id="readout" aria-live="polite"></div>
    `;
  }

  protected override paint(ctx: CanvasRenderingContext2D, { width, height, density }: Box, theme: CanvasTheme): void {
    const { histogram, scale = unitScale } = this;
    if (histogram === null) return;
    const { table } = paletteOf(scale.kind, theme.tone);
    const room = height - 2;
    const caps = new Path2D();
    barsOf(histogram, width, density).forEach((bar, bin) => {
      const [from, to] = boundsOf(histogram, bin);
      const rise = Math.round(bar.height * room * density) / density;
      ctx.fillStyle = bin === this.#bin ? theme.foreground : cssColour(table[entryOf(scale, from / 2 + to / 2)]);
      ctx.fillRect(bar.left, room - rise, bar.width, rise);
      if (rise > 0) caps.rect(bar.left, room - rise, bar.width, 1);
    });
    // The middle colours are nearly the page's own: bars in them are seen by their upper ends, and by the line that all stand on.
    caps.rect(0, height - 1, width, 1);
    ctx.fillStyle = theme.muted;
    ctx.globalAlpha = 0.5;
    ctx.fill(caps);
    ctx.globalAlpha = 1;
  }

  #point(bin: number | null): void {
    if (bin === this.#bin) return;
    this.#bin = bin;
    this.readout.textContent = bin === null || this.histogram === null ? "" : binText(this.histogram, bin);
    this.invalidate();
  }

  readonly #pointermove = ({ offsetX }: PointerEvent): void => {
    const count = this.histogram?.bins.length ?? 0;
    const bin = Math.floor((offsetX / Math.max(1, this.canvas.clientWidth)) * count);
    this.#point(count === 0 ? null : Math.max(0, Math.min(count - 1, bin)));
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const count = this.histogram?.bins.length ?? 0;
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = this.#bin ?? -1;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#point(Math.max(0, Math.min(count - 1, target)));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-histogram": HistogramView;
  }
}
