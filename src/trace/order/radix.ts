/**
 * A number system with a different size for each digit, most significant first: the indices of a loop nest are the digits
 * of the count of its turns. Counts may exceed 2³¹: everything is in doubles, exact to 2⁵³ (a quotient of two such
 * numbers never rounds up to the next whole number, so `Math.floor(a / b)` is exact as well).
 */
export class Radix {
  readonly sizes: readonly number[];
  /** What one more in each digit is worth. */
  readonly spans: readonly number[];
  /** How many numbers there are: the product of the sizes, 1 without digits. */
  readonly count: number;

  constructor(sizes: readonly number[]) {
    this.sizes = sizes;
    let span = 1;
    const spans: number[] = [];
    for (let at = sizes.length - 1; at >= 0; at--) {
      spans.unshift(span);
      span *= sizes[at];
    }
    this.spans = spans;
    this.count = span;
  }

  /** The digits of `value`, which lies in [0, count). */
  digitsOf(value: number): number[] {
    const digits: number[] = [];
    let rest = value;
    for (const span of this.spans) {
      digits.push(Math.floor(rest / span));
      rest %= span;
    }
    return digits;
  }

  /** The inverse of `digitsOf`. */
  numberOf(digits: readonly number[]): number {
    let value = 0;
    for (let at = 0; at < digits.length; at++) value += digits[at] * this.spans[at];
    return value;
  }

  /** Adds one, in place, with carries. After the last number comes 0. */
  increment(digits: number[]): void {
    for (let at = digits.length - 1; at >= 0; at--) {
      if (++digits[at] < this.sizes[at]) return;
      digits[at] = 0;
    }
  }

  /** Takes one away, in place, with borrows. Before 0 comes the last number. */
  decrement(digits: number[]): void {
    for (let at = digits.length - 1; at >= 0; at--) {
      if (--digits[at] >= 0) return;
      digits[at] = this.sizes[at] - 1;
    }
  }
}
