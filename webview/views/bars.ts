import { css, html } from "lit";
import { property, query } from "lit/decorators.js";
import { barsOf } from "../paint/bars";
import type { Box } from "../paint/view";
import { PaintedElement } from "./painted";
import type { CanvasTheme } from "./theme";

/** Bars to be painted: how many elements each stands for, its colour, and what it says of itself. */
export interface Bars {
  readonly counts: Int32Array | Float64Array;
  /** The whole in words, for those who do not see it. */
  readonly words: string;
  text(bar: number): string;
  colour(bar: number, theme: CanvasTheme): string;
}

/**
 * Bars whose heights are on a log scale, so that few elements stay visible. A line of readout under the pointer and with the arrow
 * keys (Home, End too); the label says the whole in words. It fills its box; give it a height.
 */
export abstract class BarsView extends PaintedElement {
  @property({ attribute: false }) label = "";
  @query("#readout") private readonly readout!: HTMLElement;

  #bar: number | null = null;

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

  /** null: nothing to show. */
  protected abstract bars(): Bars | null;

  protected override render() {
    return html`
      <canvas
        tabindex="0"
        role="application"
        aria-roledescription="histogram"
        aria-label="${this.label}: ${this.bars()?.words ?? "empty"}"
        @pointermove=${this.#pointermove}
        @pointerleave=${() => this.#point(null)}
        @blur=${() => this.#point(null)}
        @keydown=${this.#keydown}
      ></canvas>
      <div id="readout" aria-live="polite"></div>
    `;
  }

  protected override paint(ctx: CanvasRenderingContext2D, { width, height, density }: Box, theme: CanvasTheme): void {
    const bars = this.bars();
    if (bars === null) return;
    const room = height - 2;
    const caps = new Path2D();
    barsOf({ bins: bars.counts }, width, density).forEach((bar, i) => {
      const rise = Math.round(bar.height * room * density) / density;
      ctx.fillStyle = i === this.#bar ? theme.foreground : bars.colour(i, theme);
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

  #point(bar: number | null): void {
    if (bar === this.#bar) return;
    this.#bar = bar;
    this.readout.textContent = bar === null ? "" : (this.bars()?.text(bar) ?? "");
    this.invalidate();
  }

  readonly #pointermove = ({ offsetX }: PointerEvent): void => {
    const count = this.bars()?.counts.length ?? 0;
    const bar = Math.floor((offsetX / Math.max(1, this.canvas.clientWidth)) * count);
    this.#point(count === 0 ? null : Math.max(0, Math.min(count - 1, bar)));
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const count = this.bars()?.counts.length ?? 0;
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = this.#bar ?? -1;
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
