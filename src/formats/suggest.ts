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
  const [best] = ranked(lower, names, (name) => name.toLowerCase());
  return names.length > 0 && distance(lower, best.toLowerCase()) <= most ? best : undefined;
}

/** All names, the one most like `wrong` first; `part` is what is compared of them. */
function ranked(wrong: string, names: readonly string[], part: (name: string) => string): string[] {
  return names
    .map((name) => ({ name, distance: distance(wrong, part(name)) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}

/** The paths that are probably meant: first the same name in another folder, then the most similar names. */
export function nearestPaths(wrong: string, paths: readonly string[], most: number): string[] {
  const name = (path: string) => path.toLowerCase().replace(/^.*[\\/]/, "");
  return ranked(name(wrong), paths, name).slice(0, most);
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
