import type { Geometry } from "../../conv/geometry";
import type { Pair, Sides } from "../../conv/spec";
import type { Hypothesis } from "./hypothesis";
import { changed, paddingFix, pairFix } from "./settings";

/** Settings that are nobody's known mistake: any stride, dilation or padding that is not large. Tried by themselves only. */
export function freeSettings(g: Geometry): Hypothesis[] {
  const now: Sides = [
    [g.y.begin, g.y.end],
    [g.x.begin, g.x.end],
  ];
  const sides = pairsUpTo(
    0,
    Math.min(4, Math.max(3, g.y.extent - 1, g.x.extent - 1, ...now.flat().map((cells) => cells + 1))),
  );
  const paddings = sides.flatMap((y) => sides.map((x): Sides => [y, x]));
  return [
    ...(["stride", "dilation"] as const).flatMap((key) =>
      pairsUpTo(1, 4).map((pair): Hypothesis => ({
        id: `${key}-${pair.join("-")}`,
        name: `${key} [${pair.join(", ")}]`,
        family: key,
        fix: pairFix(key, [g.y[key], g.x[key]]),
        change: (model) => changed(model, { [key]: pair }),
      })),
    ),
    ...paddings.map((padding): Hypothesis => ({
      id: `padding-${padding.flat().join("-")}`,
      name: `padding ${JSON.stringify(padding).replaceAll(",", ", ")}`,
      family: "padding",
      fix: paddingFix(g),
      change: (model) => changed(model, { padding }),
    })),
  ];
}

function pairsUpTo(least: number, most: number): Pair[] {
  const numbers = Array.from({ length: most - least + 1 }, (_, i) => least + i);
  return numbers.flatMap((a) => numbers.map((b): Pair => [a, b]));
}
