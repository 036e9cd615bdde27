/** What people write from habit, and what it is called here. */
const habits: Readonly<Record<string, string>> = {
  x: "input",
  image: "input",
  w: "weight",
  weights: "weight",
  kernel: "weight",
  filter: "weight",
  filters: "weight",
  b: "bias",
  pad: "padding",
  pads: "padding",
  auto_pad: "padding",
  strides: "stride",
  dilations: "dilation",
  rate: "dilation",
  group: "groups",
  padding_mode: "paddingMode",
  pad_mode: "paddingMode",
  grad_output: "dout",
};

/** The name that was probably meant, or undefined. */
export function closest(wrong: string, names: readonly string[]): string | undefined {
  const lower = wrong.toLowerCase();
  const habit = Object.hasOwn(habits, lower) ? habits[lower] : undefined;
  if (habit !== undefined && names.includes(habit)) return habit;
  const most = Math.max(1, Math.floor(wrong.length / 3));
  const ranked = names
    .map((name) => ({ name, distance: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked.length > 0 && ranked[0].distance <= most ? ranked[0].name : undefined;
}

/** Letters to insert, remove, replace, or exchange with their neighbour (Damerau's distance, adjacent exchanges only). */
function distance(a: string, b: string): number {
  const [short, long] = [a.slice(0, 64), b.slice(0, 64)];
  let before: number[] = [];
  let last = Array.from({ length: long.length + 1 }, (_, j) => j);
  for (let i = 1; i <= short.length; i++) {
    const row = [i];
    for (let j = 1; j <= long.length; j++) {
      const same = short[i - 1] === long[j - 1] ? 0 : 1;
      const exchanged = i > 1 && j > 1 && short[i - 1] === long[j - 2] && short[i - 2] === long[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same, exchanged ? before[j - 2] + 1 : Infinity);
    }
    [before, last] = [last, row];
  }
  return last[long.length];
}
