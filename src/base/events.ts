import type { Disposable } from "./disposable";

export type Listener<T> = (value: T) => void;
export type Event<T> = (listener: Listener<T>) => Disposable;

/**
 * A list of listeners; one that was added twice hears twice. A listener that throws does not keep the others from
 * hearing. One that is let go of while an event is under way no longer hears it; one that is added hears the next.
 */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly hear: Listener<T> }>();

  readonly event: Event<T> = (listener) => {
    const entry = { hear: listener };
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  fire(value: T): void {
    const errors: unknown[] = [];
    for (const entry of [...this.#listeners]) {
      if (!this.#listeners.has(entry)) continue;
      try {
        entry.hear(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
