import type { InputChoice } from "./draft";

/** An input that shows what a filter does. */
export interface Probe {
  readonly name: string;
  readonly about: string;
  readonly input: InputChoice;
}

const SIZE = 16;

/** Inputs for a filter of so many channels and such a kernel, [1, channels, size, size] and a photograph of the samples. */
export function probesFor(channels: number, kernel: readonly number[]): Probe[] {
  const size = Math.max(SIZE, 3 * Math.max(...kernel));
  const middle = Math.floor(size / 2);
  const planes = (name: string, about: string, value: (y: number, x: number, c: number) => number): Probe => {
    const sizes = Array.from({ length: size }, (_, i) => i);
    const values = [Array.from({ length: channels }, (_, c) => sizes.map((y) => sizes.map((x) => value(y, x, c))))];
    return { name, about, input: { kind: "values", name, shape: [1, channels, size, size], values } };
  };
  const oneHot = Array.from({ length: channels > 1 ? channels : 0 }, (_, hot) =>
    planes(`channel ${hot}`, "one in this channel, zero in the others", (_y, _x, c) => (c === hot ? 1 : 0)),
  );
  return [
    ...(channels === 1 || channels === 3 ? [photo] : []),
    planes("delta", "a single one: the output is the filter itself, turned around", (y, x) =>
      y === middle && x === middle ? 1 : 0,
    ),
    planes("ramp", "rises evenly to the right and down", (y, x) => x + y),
    planes("checkerboard", "edges and corners: squares of four by four", (y, x) => ((x >> 2) + (y >> 2)) % 2),
    ...oneHot,
  ];
}

/** In the samples' folder. */
const photo: Probe = {
  name: "photo",
  about: "a photograph, in grey for a single channel",
  input: { kind: "image", path: "photo.png", shape: [1, 3, 120, 160] },
};
