import type { Intermediate } from "../../conv/passes";
import type { Geometry } from "../../conv/geometry";
import type { Fix } from "../hypotheses/hypothesis";
import { sameShape } from "../model";

/** Axes of a tensor of two or more, each made of these: n, y, x (of out), c, k, l (channel and tap), f. "nyx", "ckl" is col. */
export type Arrangement = readonly string[];

export type Sizes = Readonly<Record<string, number>>;
/** Positions by their letters. */
export type Digits = Readonly<Record<string, number>>;

const words: Readonly<Record<string, string>> = { n: "n", y: "oy", x: "ox", c: "c", k: "ky", l: "kx", f: "f" };

/** Shapes as the textbook has them: [rows, taps], [rows, filters]. */
export const canonical: Readonly<Record<Intermediate, Arrangement>> = {
  col: ["nyx", "ckl"],
  product: ["nyx", "f"],
  dcol: ["nyx", "ckl"],
};

/** The order in which one is looked at, by the run's own elements: the product as the out that it becomes. */
export const frames: Readonly<Record<Intermediate, Arrangement>> = { ...canonical, product: ["n", "f", "y", "x"] };

/** Every way in which somebody may have laid one out. The canonical one first. */
export function arrangementsOf(name: Intermediate): Arrangement[] {
  const taps = name === "product" ? ["f"] : ["ckl", "klc", "clk", "lkc", "kcl", "lck"];
  return taps.flatMap((tap) => [
    ...["nyx", "yxn", "nxy", "xyn"].flatMap((rows) => [
      [rows, tap],
      [tap, rows],
    ]),
    ...["yx", "xy"].flatMap((plane) => [
      ["n", tap, plane],
      ["n", plane, tap],
      ["n", ...tap.split(""), ...plane.split("")],
      ["n", ...plane.split(""), ...tap.split("")],
    ]),
  ]);
}

export function sizesOf(g: Geometry): Sizes {
  return { n: g.batch, y: g.y.out, x: g.x.out, c: g.channels, k: g.y.kernel, l: g.x.kernel, f: g.filters };
}

export function shapeOf(arrangement: Arrangement, sizes: Sizes): number[] {
  return arrangement.map((letters) => letters.split("").reduce((product, letter) => product * sizes[letter], 1));
}

/** The letters' positions of the element at offset `i`, in C order. */
export function digitsOf(arrangement: Arrangement, sizes: Sizes): (i: number) => Digits {
  const letters = arrangement.join("");
  return (i) => {
    const digits: Record<string, number> = {};
    for (let at = letters.length - 1, rest = i; at >= 0; at--) {
      const size = sizes[letters[at]];
      digits[letters[at]] = rest % size;
      rest = Math.floor(rest / size);
    }
    return digits;
  };
}

/** Where, in C order, one arrangement has what another one has at offset `i`. */
export function movedTo(arrangement: Arrangement, from: Arrangement, sizes: Sizes): (i: number) => number {
  const letters = arrangement.join("").split("");
  if (letters.join("") === from.join("")) return (i) => i;
  const digits = digitsOf(from, sizes);
  return (i) => {
    const at = digits(i);
    return letters.reduce((offset, letter) => offset * sizes[letter] + at[letter], 0);
  };
}

/** As the textbook has it. */
export function stepShape(g: Geometry, name: Intermediate): number[] {
  return shapeOf(canonical[name], sizesOf(g));
}

/** Whether a tensor of this shape can be this step of a layer, in whatever layout. */
export function canBe(name: Intermediate, g: Geometry, shape: readonly number[]): boolean {
  const sizes = sizesOf(g);
  return arrangementsOf(name).some((arrangement) => sameShape(shapeOf(arrangement, sizes), shape));
}

/** How a tensor of this shape can be in this arrangement: as its axes say, under the canonical shape by mistake, or not at all. */
export function fitting(
  name: Intermediate,
  arrangement: Arrangement,
  sizes: Sizes,
  shape: readonly number[],
): "axes" | "reshaped" | null {
  if (sameShape(shapeOf(arrangement, sizes), shape)) return "axes";
  return sameShape(shapeOf(canonical[name], sizes), shape) ? "reshaped" : null;
}

/** Whether only the shape differs, so that nobody mistakes one for the other. */
export function isHarmless(name: Intermediate, arrangement: Arrangement, sizes: Sizes): boolean {
  const order = arrangement.join("").replace(/[nyx]/g, "");
  const natural = order === canonical[name][1] && /y.*x/.test(arrangement.join(""));
  return natural && !sameShape(shapeOf(arrangement, sizes), shapeOf(canonical[name], sizes));
}

/** The textbook's order of axes. */
export function usualLayout(name: Intermediate): string {
  return arrangementText(canonical[name]);
}

/** "(n, oy, ox) × (ky, kx, c)" */
export function arrangementText(arrangement: Arrangement): string {
  return arrangement
    .map((letters) =>
      letters.length === 1
        ? words[letters]
        : `(${letters
            .split("")
            .map((letter) => words[letter])
            .join(", ")})`,
    )
    .join(" × ");
}

/** From this arrangement to the canonical one, in this layer's sizes. */
export function arrangementFix(name: Intermediate, arrangement: Arrangement, sizes: Sizes): Fix {
  const letters = arrangement.join("");
  const wanted = canonical[name];
  const parts = letters
    .split("")
    .map((letter) => sizes[letter])
    .join(", ");
  const order = wanted
    .join("")
    .split("")
    .map((letter) => letters.indexOf(letter))
    .join(", ");
  const shape = shapeOf(wanted, sizes).join(", ");
  return {
    pytorch: `${name} = ${name}.reshape(${parts}).permute(${order}).reshape(${shape})`,
    tensorflow: `${name} = tf.reshape(tf.transpose(tf.reshape(${name}, [${parts}]), [${order}]), [${shape}])`,
    numpy: `${name} = ${name}.reshape(${parts}).transpose(${order}).reshape(${shape})`,
  };
}
