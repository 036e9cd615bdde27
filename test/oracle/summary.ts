import type { Timing } from "../../src/conv/run";

/** What was compared, and the largest error as a part of what is allowed. */
export class Summary {
  layers = 0;
  readonly #runs = new Map<string, number>();
  readonly #rows = new Map<string, { elements: number; worst: number }>();

  ran({ kernel, threads }: Timing): void {
    const key = `${kernel} on ${threads} ${threads === 1 ? "thread" : "threads"}`;
    this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
  }

  add(key: string, elements: number, worst: number): void {
    const row = this.#rows.get(key) ?? { elements: 0, worst: 0 };
    this.#rows.set(key, { elements: row.elements + elements, worst: Math.max(row.worst, worst) });
  }

  text(): string {
    const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => a.localeCompare(b));
    return [
      `${this.layers} layers`,
      ...sorted(this.#runs).map(([key, count]) => `  ${count} runs of ${key}`),
      ...sorted(this.#rows).map(
        ([key, { elements, worst }]) =>
          `  ${key}: ${elements} elements, largest error ${worst.toFixed(3)} of the bound`,
      ),
    ].join("\n");
  }
}
