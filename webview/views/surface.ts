import { notWhenRendered, whenRendered } from "../frames";
import type { Box } from "../paint/view";

type Draw = (ctx: CanvasRenderingContext2D, box: Box) => void;

/**
 * A canvas that has exactly the device pixels of its box, and is drawn at most once per frame, when something changed.
 * Drawing is in CSS pixels.
 */
export class Surface {
  readonly #canvas: HTMLCanvasElement;
  readonly #draw: Draw;
  readonly #observer: ResizeObserver;
  #box: Box = { width: 0, height: 0, density: 1 };

  /** `resized` is called before the first drawing and after every change of size or density. */
  constructor(canvas: HTMLCanvasElement, draw: Draw, resized: (box: Box) => void = () => undefined) {
    this.#canvas = canvas;
    this.#draw = draw;
    this.#observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      if (width === 0 || height === 0) return;
      this.#box = { width, height, density: devicePixelRatio };
      const { inlineSize, blockSize } = entry.devicePixelContentBoxSize[0];
      canvas.width = devicePixels(inlineSize, width);
      canvas.height = devicePixels(blockSize, height);
      resized(this.#box);
      // A canvas that gets a size is empty: drawn in the same frame, it does not flicker.
      this.#now();
    });
  }

  /** CSS pixels; 0 × 0 until the canvas has been laid out. */
  get box(): Box {
    return this.#box;
  }

  connect(): void {
    this.#observer.observe(this.#canvas, { box: "device-pixel-content-box" });
  }

  disconnect(): void {
    this.#observer.disconnect();
    notWhenRendered(this.#now);
  }

  /** Something changed: draws with the next frame. */
  invalidate(): void {
    whenRendered(this.#now);
  }

  readonly #now = (): void => {
    notWhenRendered(this.#now);
    const { density, width, height } = this.#box;
    const ctx = this.#canvas.getContext("2d");
    if (ctx === null || width === 0) return;
    ctx.setTransform(density, 0, 0, density, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.#draw(ctx, this.#box);
  };
}

/** The browser's own count, which knows how the box lies on the screen's grid, unless (as under emulation) it is off. */
function devicePixels(counted: number, length: number): number {
  const wanted = length * devicePixelRatio;
  return Math.abs(counted - wanted) <= 1 ? counted : Math.max(1, Math.round(wanted));
}
