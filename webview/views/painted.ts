import { LitElement, type PropertyValues } from "lit";
import { query } from "lit/decorators.js";
import type { Box } from "../paint/view";
import { Surface } from "./surface";
import { type CanvasTheme, onThemeChange, readTheme } from "./theme";

/**
 * An element with one `<canvas>` in its template, which `paint` draws: after every update, change of size or of theme, and
 * whenever `invalidate` was called.
 */
export abstract class PaintedElement extends LitElement {
  @query("canvas") protected readonly canvas!: HTMLCanvasElement;
  #surface: Surface | null = null;
  #theme: CanvasTheme | null = null;
  #unlisten: () => void = () => undefined;

  /** In CSS pixels, on an empty canvas. */
  protected abstract paint(ctx: CanvasRenderingContext2D, box: Box, theme: CanvasTheme): void;

  /** The box has got its first or another size; `paint` follows. */
  protected resized(): void {
    // Most pictures have nothing to prepare.
  }

  /** 0 × 0 until the canvas has been laid out. */
  protected get box(): Box {
    return this.#surface?.box ?? { width: 0, height: 0, density: 1 };
  }

  protected invalidate(): void {
    this.#surface?.invalidate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unlisten = onThemeChange(() => {
      this.#theme = null;
      this.invalidate();
    });
    this.#theme = null;
    this.#surface?.connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten();
    this.#surface?.disconnect();
  }

  protected override firstUpdated(): void {
    this.#surface = new Surface(
      this.canvas,
      (ctx, box) => this.paint(ctx, box, (this.#theme ??= readTheme(this))),
      () => this.resized(),
    );
    this.#surface.connect();
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed);
    this.invalidate();
  }
}
