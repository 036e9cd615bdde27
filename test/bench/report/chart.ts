// media/bench.svg: GFLOP/s on every layer, forward beside backward, as bars. Drawn on a card of its own, so that it reads on any page.
import type { ContestantName, Pass } from "../contestants";
import { contestants } from "../contestants";
import type { Measurements } from "../record";
import { geometricMean, median } from "../statistics";
import { geometryNamed, measuredIn, rateOf } from "./rates";

/** Engines shown, strongest colour first; [light, dark]. Native code is four times as wide as the chart: it stays in RESULTS.md. */
const shown = {
  engine: ["#0a69da", "#4c9bff"],
  ortWeb: ["#e0823d", "#f0995a"],
  tfjs: ["#e9b949", "#e3b341"],
  numpy: ["#5b9e8f", "#56a99a"],
  numpy64: ["#a9c9c1", "#3d6f66"],
} as const satisfies Readonly<Partial<Record<ContestantName, readonly [string, string]>>>;
type Shown = keyof typeof shown;
// The keys of a constant are its names.
const shownNames = Object.keys(shown) as readonly Shown[];

const WIDTH = 920;
const NAMES = 218;
const [TOP, BOTTOM, EDGE] = [104, 44, 24];
const [BAR, GAP, BETWEEN] = [9, 1.5, 15];

interface Group {
  readonly name: string;
  readonly detail: string;
  readonly rates: Readonly<Record<Pass, Readonly<Partial<Record<Shown, number>>>>>;
}

/** Layers that differ in the number of images only are one group, its rates their geometric mean. */
function groupsOf(m: Measurements): readonly Group[] {
  const names = [...new Set(m.layers.map(({ layer }) => layer.slice(layer.indexOf("×") + 1)))];
  return names.map((name) => {
    const records = m.layers.filter(({ layer }) => layer.slice(layer.indexOf("×") + 1) === name);
    const rates = (pass: Pass) =>
      Object.fromEntries(
        shownNames
          .filter((engine) => measuredIn(m, pass).includes(engine))
          .flatMap((engine) => {
            const found = records.flatMap((record) => rateOf(record, engine, pass, m.threads) ?? []);
            return found.length === 0 ? [] : [[engine, geometricMean(found)]];
          }),
      );
    const [size, kernel] = name.split(/(?:, | (?=depthwise))/);
    const images = records.map(({ layer }) => geometryNamed(layer).batch).join(", ");
    return {
      name: size,
      detail: `${kernel} · N = ${images}`,
      rates: { forward: rates("forward"), backward: rates("backward") },
    };
  });
}

/** A round number that is at least `value`. */
const roundUp = (value: number) => Math.ceil(value / 20) * 20;

interface Frame {
  readonly left: number;
  readonly width: number;
  readonly heights: readonly number[];
  /** The rate at the right edge, and the one that the inner loop alone reaches. */
  readonly most: number;
  readonly limit: number | undefined;
}

function panel(groups: readonly Group[], pass: Pass, { left, width, heights, most, limit }: Frame): readonly string[] {
  const parts: string[] = [];
  const at = (rate: number) => (rate / most) * width;
  const bottom = TOP + heights.reduce((sum, height) => sum + height + BETWEEN, 0) - BETWEEN + 6;
  parts.push(
    `<text class="head" x="${left}" y="${TOP - 22}">${pass === "forward" ? "Forward" : "Backward: dx, dW and db"}</text>`,
  );
  for (let tick = 0; tick <= most; tick += 20) {
    const x = (left + at(tick)).toFixed(1);
    parts.push(`<path class="grid" d="M${x} ${TOP - 8}V${bottom}"/>`);
    parts.push(`<text class="tick" x="${x}" y="${bottom + 15}" text-anchor="middle">${tick}</text>`);
  }
  if (limit !== undefined)
    parts.push(`<path class="limit" d="M${(left + at(limit)).toFixed(1)} ${TOP - 8}V${bottom}"/>`);
  let top = TOP;
  groups.forEach((group, i) => {
    const rates = shownNames.flatMap((engine) => {
      const rate = group.rates[pass][engine];
      return rate === undefined ? [] : [{ engine, rate }];
    });
    let y = top + (heights[i] - rates.length * (BAR + GAP) + GAP) / 2;
    for (const { engine, rate } of rates) {
      const title = `<title>${contestants[engine].title}: ${rate.toFixed(1)} GFLOP/s</title>`;
      parts.push(
        `<rect class="${engine}" x="${left}" y="${y.toFixed(1)}" width="${at(rate).toFixed(1)}" height="${BAR}" rx="1.5">${title}</rect>`,
      );
      const text = rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
      parts.push(
        `<text class="${engine === "engine" ? "value own" : "value"}" x="${(left + at(rate) + 4).toFixed(1)}" y="${(y + BAR - 1).toFixed(1)}">${text}</text>`,
      );
      y += BAR + GAP;
    }
    top += heights[i] + BETWEEN;
  });
  return parts;
}

function style(): string {
  const colours = (mode: 0 | 1) => shownNames.map((name) => `.${name}{fill:${shown[name][mode]}}`).join("");
  return `<style>
text{font:11px -apple-system,"Segoe UI",Roboto,"Noto Sans",Helvetica,Arial,sans-serif;fill:#57606a}
.card{fill:#fff;stroke:#d0d7de}.grid{stroke:#8c959f;stroke-opacity:.25;fill:none}.limit{stroke:#0a69da;stroke-dasharray:3 3;fill:none}
.title{font-size:17px;font-weight:600}.head,.layer{font-size:12.5px;font-weight:600}.title,.head,.layer,.own{fill:#1f2328}
.value{font-size:9.5px}.own{font-weight:700}${colours(0)}
@media (prefers-color-scheme:dark){text{fill:#9198a1}.card{fill:#0d1117;stroke:#3d444d}.limit{stroke:#4c9bff}.title,.head,.layer,.own{fill:#f0f6fc}${colours(1)}}
</style>`;
}

function legend(names: readonly Shown[], limit: number | undefined): readonly string[] {
  let x = EDGE;
  const boxes = names.flatMap((name) => {
    const { title } = contestants[name];
    const parts = [
      `<rect class="${name}" x="${x}" y="48" width="11" height="11" rx="2"/>`,
      `<text x="${x + 16}" y="58">${title}</text>`,
    ];
    x += 16 + 6.4 * title.length + 18;
    return parts;
  });
  if (limit === undefined) return boxes;
  return [
    ...boxes,
    `<path class="limit" d="M${x + 5} 46V61"/>`,
    `<text x="${x + 13}" y="58">inner loop alone, in cache</text>`,
  ];
}

/** The chart as SVG text: no script, no font, no image from elsewhere. */
export function chart(m: Measurements): string {
  const groups = groupsOf(m);
  const bars = (group: Group, pass: Pass) => Object.keys(group.rates[pass]).length;
  const heights = groups.map((group) => Math.max(2.8, bars(group, "forward"), bars(group, "backward")) * (BAR + GAP));
  const height = TOP + heights.reduce((sum, each) => sum + each + BETWEEN, 0) - BETWEEN + BOTTOM;
  const rates = groups.flatMap(({ rates: { forward, backward } }) => [
    ...Object.values(forward),
    ...Object.values(backward),
  ]);
  const limits = m.layers.flatMap((record) => rateOf(record, "microKernel", "forward", m.threads) ?? []);
  const limit = limits.length === 0 ? undefined : median(limits);
  const most = roundUp(Math.max(20, limit ?? 0, ...rates));
  const space = (WIDTH - NAMES - EDGE - 64) / 2;
  const used = shownNames.filter((name) =>
    groups.some(({ rates: { forward, backward } }) => name in forward || name in backward),
  );
  const frame = { width: space, heights, most, limit };
  let top = TOP;
  const names = groups.flatMap(({ name, detail }, i) => {
    const middle = top + heights[i] / 2;
    top += heights[i] + BETWEEN;
    return [
      `<text class="layer" x="${EDGE}" y="${(middle - 2).toFixed(1)}">${name}</text>`,
      `<text x="${EDGE}" y="${(middle + 12).toFixed(1)}">${detail}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">GFLOP/s of this engine and others on eight layers; the numbers are in test/bench/RESULTS.md</title>`,
    style(),
    `<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="${EDGE}" y="33">GFLOP/s on ${m.threads} threads</text>`,
    ...legend(used, limit),
    ...names,
    ...panel(groups, "forward", { ...frame, left: NAMES }),
    ...panel(groups, "backward", { ...frame, left: NAMES + space + 40 }),
    `</svg>`,
    "",
  ].join("\n");
}
