import { type Plane, type Rect, type Tile, tileOf } from "../../../src/tensor/slice";
import { histogramOf } from "../../../src/tensor/histogram";
import { scaleOf } from "../../../src/colour/scale";
import type { Overlay } from "../../../webview/paint/overlay";
import type { TileSource } from "../../../webview/paint/source";
import type { Heatmap } from "../../../webview/views/heatmap";
import "../../../webview/views/colourBar";
import "../../../webview/views/heatmap";
import "../../../webview/views/histogram";

/** A small layer with a picture in it: x 1×3×32×32, W 16×3×3×3, padding 1. */
const H = 32;
const x = (c: number, i: number, j: number): number => {
  if (i < 0 || j < 0 || i >= H || j >= H) return 0;
  const disc = Math.hypot(i - 14, j - 18) < 9 ? 0.8 - 0.2 * c : 0;
  return disc + 0.25 * Math.sin(j / 3 + c) + (i > 22 && j > 6 && j < 26 ? 0.3 : 0) - 0.25;
};
let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
const W = Array.from({ length: 16 }, (_, f) =>
  Array.from({ length: 27 }, (_, tap) => {
    const [ky, kx] = [(Math.floor(tap / 3) % 3) - 1, (tap % 3) - 1];
    return (Math.cos((f * Math.PI) / 8) * kx + Math.sin((f * Math.PI) / 8) * ky) * 0.6 + random() * 0.3;
  }),
);
const col = (row: number, tap: number): number =>
  x(Math.floor(tap / 9), Math.floor(row / H) + (Math.floor(tap / 3) % 3) - 1, (row % H) + (tap % 3) - 1);
const out = (row: number, f: number): number => W[f].reduce((sum, w, tap) => sum + w * col(row, tap), 0);

const million = (row: number, column: number): number => Math.sin(row / 60) * Math.cos(column / 45);

interface Named {
  readonly plane: Plane;
  readonly setUp?: (heatmap: Heatmap) => void;
}

const plane = (rows: number, cols: number, at: Plane["at"]): Plane => ({ rows, cols, at });
const cells = (top: number, left: number, height = 1, width = 1): Rect => ({
  top,
  left,
  bottom: top + height,
  right: left + width,
});
const outline = (role: Overlay["role"], rect: Rect, label?: string): Overlay => ({
  rect,
  role,
  ...(label === undefined ? {} : { label }),
});

const planes = {
  x: {
    plane: plane(H, H, (i, j) => x(1, i, j)),
    setUp: (heatmap) => {
      heatmap.label = "x, channel 1 of 3";
      heatmap.ring = { top: 1, left: 1, bottom: 1, right: 1 };
      heatmap.cellName = (row, column) => `x[n 0, c 1, iy ${row}, ix ${column}]`;
      heatmap.overlays = [outline("window", cells(10, 16, 3, 3)), outline("present", cells(11, 17))];
    },
  },
  corner: {
    plane: plane(6, 7, (i, j) => x(0, 8 + i, 12 + j) * 10 ** (i - 3)),
    setUp: (heatmap) => {
      heatmap.ring = { top: 2, left: 2, bottom: 2, right: 2 };
      heatmap.ringShows = (row, column) => ({
        row: row < 0 ? -row : row > 5 ? 10 - row : row,
        col: column < 0 ? -column : column > 6 ? 12 - column : column,
      });
      heatmap.overlays = [outline("window", cells(-2, -2, 3, 3)), outline("present", cells(-1, -1))];
    },
  },
  out: {
    plane: plane(H, H, (i, j) => (i * H + j < 369 ? out(i * H + j, 2) : null)),
    setUp: (heatmap) => {
      heatmap.overlays = [outline("window", cells(11, 17))];
    },
  },
  col: {
    plane: plane(1024, 27, (row, tap) => col(row, tap)),
    setUp: (heatmap) => {
      heatmap.label = "col";
      heatmap.aspect = "fill";
      heatmap.minCell = 6;
      heatmap.overlays = [outline("row", cells(369, 0, 1, 27), "row 369"), outline("present", cells(369, 13))];
    },
  },
  Wt: {
    plane: plane(27, 16, (tap, f) => W[f][tap]),
    setUp: (heatmap) => {
      heatmap.aspect = "fill";
      heatmap.overlays = [outline("window", cells(0, 2, 27, 1)), outline("present", cells(13, 2))];
    },
  },
  outRows: {
    plane: plane(1024, 16, (row, f) => (row < 369 || (row === 369 && f < 2) ? out(row, f) : null)),
    setUp: (heatmap) => {
      heatmap.aspect = "fill";
      heatmap.minCell = 6;
      heatmap.overlays = [outline("window", cells(369, 2))];
    },
  },
  special: {
    plane: plane(8, 10, (i, j) => {
      if (j === 2) return NaN;
      if (j === 4) return Infinity;
      if (j === 6) return -Infinity;
      if (i > 5) return null;
      return [0, -0, 1.5, -123456, 1e-7, -1.2e-30, 0.1, 3e38][i] * (j % 2 === 0 ? 1 : -1);
    }),
  },
  million: {
    plane: plane(1000, 1000, (i, j) => (i === 537 && j === 321 ? NaN : million(i, j))),
    setUp: (heatmap) => {
      heatmap.label = "a million elements, one of them NaN";
    },
  },
  huge: {
    plane: plane(1_000_000, 100, (i, j) => (i === 70_001 && j === 50 ? Infinity : million(i, j))),
    setUp: (heatmap) => {
      heatmap.minCell = 4;
    },
  },
  positive: { plane: plane(20, 30, (i, j) => i * j) },
  linked: {
    plane: plane(200, 200, (i, j) => Math.sin(i / 9) * Math.sin(j / 7)),
    setUp: (heatmap) => {
      heatmap.overlays = Array.from({ length: 5000 }, (_, i) =>
        outline("linked", cells((i * 7) % 200, (i * 13 + Math.floor(i / 200)) % 200)),
      );
    },
  },
} as const satisfies Record<string, Named>;
export type PlaneName = keyof typeof planes;

/** Loads that are held back until the test lets them go. */
const held: (() => void)[] = [];
let holding = false;
let loads: string[] = [];

function sourceOf(name: PlaneName, key: string): TileSource {
  const { plane: shown } = planes[name];
  return {
    key,
    rows: shown.rows,
    cols: shown.cols,
    load: (rect, level) => {
      loads.push(`${level}/${rect.top}/${rect.left}`);
      const tile = () => tileOf(shown, rect, level, "float32");
      if (!holding) return Promise.resolve(tile());
      return new Promise<Tile>((resolve) => held.push(() => resolve(tile())));
    },
  };
}

function extremes(shown: Plane): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity];
  const step = Math.ceil(Math.sqrt((shown.rows * shown.cols) / 100_000));
  for (let i = 0; i < shown.rows; i += step)
    for (let j = 0; j < shown.cols; j += step) {
      const value = shown.at(i, j);
      if (value === null || !Number.isFinite(value)) continue;
      [min, max] = [Math.min(min, value), Math.max(max, value)];
    }
  return { min, max };
}

const events: { type: string; detail: unknown }[] = [];

function placed<T extends HTMLElement>(element: T, left: number, top: number, width: number, height: number): T {
  for (const [property, value] of Object.entries({ left, top, width, height }))
    element.style.setProperty(property, `${value}px`);
  element.style.setProperty("position", "absolute");
  (document.querySelector("main") ?? document.body).append(element);
  return element;
}

/** A copy of a heatmap's canvas, of the kind that may be read often. */
function pictureOf(heatmap: Heatmap): ImageData {
  const canvas = heatmap.shadowRoot!.querySelector("canvas")!;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true })!;
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height);
}

/** What a test may do with the page, as `probe` in its expressions. */
const probe = {
  /** Puts a heatmap at a place of the page, CSS pixels. */
  show(name: PlaneName, left: number, top: number, width: number, height: number): void {
    const heatmap = document.createElement("conv-heatmap");
    const { plane: shown, setUp } = planes[name] as Named;
    heatmap.id = name;
    heatmap.label = name;
    heatmap.source = sourceOf(name, name);
    heatmap.scale = scaleOf(extremes(shown));
    setUp?.(heatmap);
    for (const type of ["cell-hover", "cell-select", "view-change"])
      heatmap.addEventListener(type, (event) => {
        // All three are CustomEvents.
        events.push({ type, detail: (event as CustomEvent<unknown>).detail });
      });
    placed(heatmap, left, top, width, height);
  },
  /** The values of out, filter 2, as bars, over a bar of their colours. */
  showBars(left: number, top: number, width: number): void {
    const values = Float64Array.from({ length: H * H }, (_, row) => out(row, 2));
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const chart = placed(document.createElement("conv-histogram"), left, top, width, 64);
    chart.label = "out";
    chart.histogram = histogramOf(values, min, max, 67);
    chart.scale = scaleOf({ min, max }, { kind: "percentile", lo: -0.9, hi: 0.9 });
    placed(document.createElement("conv-colour-bar"), left, top + 80, width, 30).scale = chart.scale;
    placed(document.createElement("conv-colour-bar"), left, top + 120, width, 30).scale = scaleOf({ min: 0, max: 255 });
  },
  bars: () => document.querySelector("conv-histogram")!.shadowRoot!.querySelector("#readout")!.textContent,
  heatmap: (name: PlaneName): Heatmap => document.querySelector<Heatmap>(`#${name}`)!,
  /** The same plane under another key: what a moved position is. */
  rekey(name: PlaneName, key: string): void {
    probe.heatmap(name).source = sourceOf(name, key);
  },
  refuse(name: PlaneName, reason: string): void {
    probe.heatmap(name).source = {
      ...sourceOf(name, `${name} refused`),
      load: () => Promise.reject(new Error(reason)),
    };
  },
  resize(name: PlaneName, width: number, height: number): void {
    const { style } = probe.heatmap(name);
    style.setProperty("width", `${width}px`);
    style.setProperty("height", `${height}px`);
  },
  canvasSize(name: PlaneName): number[] {
    const { width, height } = probe.heatmap(name).shadowRoot!.querySelector("canvas")!;
    return [width, height];
  },
  hold(): void {
    holding = true;
  },
  release(): void {
    holding = false;
    for (const go of held.splice(0)) go();
  },
  takeLoads(): string[] {
    const taken = loads;
    loads = [];
    return taken;
  },
  takeEvents: () => events.splice(0),
  readout: (name: PlaneName) => probe.heatmap(name).shadowRoot!.querySelector("#readout")!.textContent,
  tip: (name: PlaneName) => {
    const tip = probe.heatmap(name).shadowRoot!.querySelector<HTMLElement>("#tip")!;
    return tip.matches(":popover-open") ? tip.textContent : null;
  },
  /** RGB of the canvas at a CSS pixel of the heatmap. */
  pixel(name: PlaneName, px: number, py: number): number[] {
    const { data, width } = pictureOf(probe.heatmap(name));
    const i = (Math.floor(py * devicePixelRatio) * width + Math.floor(px * devicePixelRatio)) * 4;
    return [...data.slice(i, i + 3)];
  },
  /** How many device pixels are within `reach` of a colour, channel by channel. */
  count(name: PlaneName, [r, g, b]: readonly number[], reach = 24): number {
    const { data } = pictureOf(probe.heatmap(name));
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      if (
        data[i + 3] > 200 &&
        Math.abs(data[i] - r) <= reach &&
        Math.abs(data[i + 1] - g) <= reach &&
        Math.abs(data[i + 2] - b) <= reach
      )
        count++;
    return count;
  },
  /** Resolves when everything that was asked for is drawn. */
  async settled(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  },
};

declare global {
  var probe: unknown;
}
globalThis.probe = probe;
