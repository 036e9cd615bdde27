/** Anything that must be let go of. `dispose` may be called more than once. */
export interface Disposable {
  dispose(): unknown;
}

/** Disposes what was added, last first. */
export class DisposableStack implements Disposable {
  #items: Disposable[] = [];

  add<T extends Disposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  dispose(): void {
    const items = this.#items;
    this.#items = [];
    for (const item of items.reverse()) item.dispose();
  }
}
