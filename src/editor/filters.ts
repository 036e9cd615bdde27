import type { Nested } from "../literals/literal";

/** A filter that everybody knows: one plane, or several that belong together. */
export interface NamedFilter {
  readonly name: string;
  readonly about: string;
  readonly planes: readonly (readonly (readonly number[])[])[];
}

const row = [1, 4, 6, 4, 1];

export const namedFilters: readonly NamedFilter[] = [
  {
    name: "Sobel",
    about: "edges: two filters, across and down",
    planes: [
      [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      [
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ],
    ],
  },
  {
    name: "Laplacian",
    about: "edges in every direction: the second derivative",
    planes: [
      [
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ],
    ],
  },
  {
    name: "Gaussian",
    about: "blur: 5×5, binomial, sum 1",
    planes: [row.map((down) => row.map((across) => (down * across) / 256))],
  },
  {
    name: "Sharpen",
    about: "the image plus its edges",
    planes: [
      [
        [0, -1, 0],
        [-1, 5, -1],
        [0, -1, 0],
      ],
    ],
  },
  { name: "Box", about: "mean of 3×3", planes: [square(3, () => 1 / 9)] },
  { name: "Identity", about: "changes nothing: 3×3", planes: [square(3, (y, x) => (y === 1 && x === 1 ? 1 : 0))] },
];

function square(size: number, value: (y: number, x: number) => number): number[][] {
  return Array.from({ length: size }, (_y, y) => Array.from({ length: size }, (_x, x) => value(y, x)));
}

/**
 * Planes as a weight [planes · groups, channels / groups, kH, kW]: in each group every plane is one filter, the same on
 * all channels of the group. With as many groups as channels every channel is filtered on its own.
 */
export function weightOfPlanes(planes: NamedFilter["planes"], channels: number, groups: number): Nested[] {
  const filters = planes.map((plane) => Array.from({ length: channels / groups }, () => plane));
  return Array.from({ length: groups }, () => filters).flat();
}
