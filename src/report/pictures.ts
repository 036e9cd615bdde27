import type { Evidence, Sides } from "../diagnose/explanation";
import { offsetOf, shapeText } from "../tensor/tensor";
import type { Seen, SeenPicture } from "./host";
import { figure } from "./words";

/** A tensor of the layer as it is, held against what was expected. */
export interface Standing {
  readonly sides: Sides;
  readonly error: number;
  /** Where it is worst, in the frame of its sides. */
  readonly worst: readonly number[] | null;
}

/** What differs, in a picture. */
export function differenceSeen(now: Standing): Seen {
  return { shape: now.sides.expected.shape, pictures: [differenceOf(now)], measure: "difference" };
}

/** Before and after an explanation; where sizes differ (null), the numbers themselves. Throws ConvError `cancelled`. */
export async function evidenceSeen(
  now: Standing | null,
  { after, sides: made }: Pick<Evidence, "after" | "sides">,
): Promise<Seen> {
  const sides = await made();
  const { expected } = sides;
  const { shape } = expected;
  const remains = after.error === 0 ? "nothing remains" : `at most ${figure(after.error)} remains, within rounding`;
  if (now !== null) {
    const then = { label: "with it − expected", worst: -1, words: remains, at: between(sides) };
    return { shape, pictures: [differenceOf(now), then], measure: "difference" };
  }
  const plain = ({ data }: Sides["made"]) => ({ worst: -1, at: (i: number) => data[i] });
  return {
    shape,
    measure: "value",
    pictures: [
      { ...plain(expected), label: "expected", words: shapeText(shape) },
      { ...plain(sides.made), label: "this layer with it", words: `${shapeText(shape)}: ${remains}` },
    ],
  };
}

function differenceOf({ sides, error, worst }: Standing): SeenPicture {
  return {
    label: "here − expected",
    worst: worst === null ? -1 : offsetOf(sides.expected.shape, worst),
    words: `off by ${figure(error)}`,
    at: between(sides),
  };
}

function between({ made, expected }: Sides): SeenPicture["at"] {
  return (i) => made.data[i] - expected.data[i];
}
