import { ConvError } from "../base/errors";
import { type Ascending, Progression, all } from "../trace/order/ascending";

/** More hits than any run has steps. */
const MANY = Number.MAX_SAFE_INTEGER;

const ranges: Readonly<Record<string, (n: number) => Progression>> = {
  "": (n) => new Progression(n, 1, 1),
  "==": (n) => new Progression(n, 1, 1),
  ">=": (n) => new Progression(n, 1, MANY - n),
  ">": (n) => new Progression(n + 1, 1, MANY - n - 1),
  "<=": (n) => all(n + 1),
  "<": (n) => all(n),
  "%": (n) => new Progression(n, n, Math.floor(MANY / n)),
};

/**
 * Which hits count, of "3", "== 3", ">= 3", "> 3", "<= 3", "< 3" or "% 3": their places, from 0, where hits themselves are counted
 * from 1. Throws ConvError `bad-expression`.
 */
export function hitsOf(text: string): Ascending {
  const parts: readonly (string | undefined)[] | null = /^\s*(==|>=?|<=?|%)?\s*(\d{1,15})\s*$/.exec(text);
  const number = Number(parts?.[2]);
  if (parts === null || number === 0)
    throw new ConvError({
      code: "bad-expression",
      what: "this is not a hit count",
      expected: '"3", ">= 3" or "% 3"',
      found: text,
    });
  const { first, step, count } = ranges[parts[1] ?? ""](number);
  return new Progression(Math.max(0, first - 1), step, first === 0 ? count - 1 : count);
}
