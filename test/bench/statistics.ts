export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The median of the ratios of pairs; a pair that lacks one of the two does not count. */
export function pairedRatio(pairs: readonly (readonly [number | undefined, number | undefined])[]): number | undefined {
  const ratios = pairs.flatMap(([a, b]) => (a === undefined || b === undefined ? [] : [a / b]));
  return ratios.length === 0 ? undefined : median(ratios);
}

/** A new order, each as likely as any other (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
