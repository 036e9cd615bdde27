/** Elements by size, the largest first; of equal ones, the first in C order. */
export interface Ranked {
  readonly offsets: Float64Array;
  /** ∞ for what has no size. */
  readonly sizes: Float64Array;
}

/** The largest of many, offered in any order: a heap with the least of those that are kept on top. */
export class Ranking {
  readonly #most: number;
  readonly #heap: { readonly size: number; readonly offset: number }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  offer(size: number, offset: number): void {
    const heap = this.#heap;
    if (heap.length < this.#most) {
      heap.push({ size, offset });
      this.#rise(heap.length - 1);
    } else if (isBefore(size, offset, heap[0])) {
      heap[0] = { size, offset };
      this.#sink(0);
    }
  }

  get ranked(): Ranked {
    const sorted = this.#heap.toSorted((a, b) => (isBefore(a.size, a.offset, b) ? -1 : 1));
    return {
      offsets: Float64Array.from(sorted, ({ offset }) => offset),
      sizes: Float64Array.from(sorted, ({ size }) => size),
    };
  }

  #rise(at: number): void {
    const heap = this.#heap;
    for (let parent = (at - 1) >> 1; at > 0; at = parent, parent = (at - 1) >> 1) {
      if (!isBefore(heap[parent].size, heap[parent].offset, heap[at])) return;
      [heap[parent], heap[at]] = [heap[at], heap[parent]];
    }
  }

  #sink(at: number): void {
    const heap = this.#heap;
    for (;;) {
      let last = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBefore(heap[last].size, heap[last].offset, heap[child])) last = child;
      if (last === at) return;
      [heap[last], heap[at]] = [heap[at], heap[last]];
      at = last;
    }
  }
}

function isBefore(size: number, offset: number, other: { readonly size: number; readonly offset: number }): boolean {
  return size > other.size || (size === other.size && offset < other.offset);
}
