import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { short } from "../format";
import { type ColourScale, unitScale } from "../../src/colour/scale";
import { entries, paletteOf } from "../../src/colour/palette";
import type { Box } from "../paint/view";
import { css as cssColour } from "./heatmapCells";
import { PaintedElement } from "./painted";
import type { CanvasTheme } from "./theme";

/**
 * `<conv-colour-bar>`: the scale as a bar, lo and hi under its ends, between them what it is ("diverging · symmetric"), or
 * whatever the slot is given instead (the menu of domains).
 */
@customElement("conv-colour-bar")
export class ColourBar extends PaintedElement {
  @property({ attribute: false }) scale: ColourScale | undefined;

  static override styles = css`
    :host {
      display: block;
      color: var(--vscode-descriptionForeground);
      font: 11px/1.5 var(--vscode-editor-font-family);
    }
    canvas {
      display: block;
      width: 100%;
      height: 10px;
      border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent));
      box-sizing: border-box;
    }
    div {
      display: flex;
      justify-content: space-between;
      align-items: baseline;
      gap: 1ch;
      margin-top: 2px;
    }
  `;

  protected override render() {
    const { kind, domain, lo, hi } = this.scale ?? unitScale;
    const words = kind === "diverging" ? "diverging around 0" : "sequential";
    return html`
      <canvas role="img" aria-label="Colours: ${words}, ${domain} domain, from ${short(lo)} to ${short(hi)}"></canvas>
      <div>
        <span>${short(lo)}</span>
        <slot>${kind} · ${domain}</slot>
        <span>${hi > 0 && kind === "diverging" ? "+" : ""}${short(hi)}</span>
      </div>
    `;
  }

  protected override paint(ctx: CanvasRenderingContext2D, { width, height, density }: Box, theme: CanvasTheme): void {
    const { table } = paletteOf((this.scale ?? unitScale).kind, theme.tone);
    const columns = Math.round(width * density);
    for (let i = 0; i < columns; i++) {
      ctx.fillStyle = cssColour(table[Math.min(entries - 1, Math.floor((i / columns) * entries))]);
      ctx.fillRect(i / density, 0, 1 / density, height);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-colour-bar": ColourBar;
  }
}
