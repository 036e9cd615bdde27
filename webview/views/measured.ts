import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * The size of an element, in whole CSS pixels: 0 until it has been laid out. Its host renders again when the size changes.
 * What is measured is the host itself, or a part of it that its template makes.
 */
export class Measured implements ReactiveController {
  width = 0;
  height = 0;
  readonly #find: () => Element | null;
  #observed: Element | null = null;
  readonly #observer: ResizeObserver;

  constructor(host: ReactiveControllerHost & Element, find: () => Element | null = () => host) {
    this.#find = find;
    this.#observer = new ResizeObserver(([{ contentRect }]) => {
      const [width, height] = [Math.floor(contentRect.width), Math.floor(contentRect.height)];
      if (width === this.width && height === this.height) return;
      [this.width, this.height] = [width, height];
      host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdated();
  }

  /** An element that is observed again is measured again: only another one is. */
  hostUpdated(): void {
    const found = this.#find();
    if (found === this.#observed) return;
    this.#observer.disconnect();
    if (found !== null) this.#observer.observe(found);
    this.#observed = found;
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#observed = null;
  }
}
