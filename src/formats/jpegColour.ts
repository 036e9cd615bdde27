/** How often a component is sampled along a row and along a column, of what the frame allows at most. */
export interface Sampling {
  readonly h: number;
  readonly v: number;
}

/**
 * What libjpeg, and so Pillow, makes of a decoder's samples that are merely repeated where a component is coarser: those are
 * smoothed. `data` holds the samples of a pixel side by side; it is changed. Only a half along one or both axes is smoothed, in
 * libjpeg as well, and only if more than two columns are there to be halved along the rows.
 */
export function smooth(data: Uint8Array, width: number, height: number, samplings: readonly Sampling[]): void {
  const most = { h: Math.max(...samplings.map(({ h }) => h)), v: Math.max(...samplings.map(({ v }) => v)) };
  samplings.forEach(({ h, v }, component) => {
    const [across, down] = [most.h / h, most.v / v];
    const columns = Math.ceil(width / across);
    if (across * down === 1 || across > 2 || down > 2 || !Number.isInteger(across) || !Number.isInteger(down)) return;
    if (across === 2 && columns <= 2) return;
    const plane = { data, component, count: samplings.length, width, height };
    const coarse = coarsePlane(plane, across, down);
    const rows = coarse.length / columns;
    const line = new Int32Array(columns);
    for (let y = 0; y < height; y++) {
      const near = Math.floor(y / down);
      // The row on the other side of the pixel, at the edges the same one again.
      const far = Math.max(0, Math.min(rows - 1, near + (y % 2 === 0 ? -1 : 1)));
      for (let i = 0; i < columns; i++)
        line[i] = down === 1 ? coarse[near * columns + i] : 3 * coarse[near * columns + i] + coarse[far * columns + i];
      smoothRow(plane, y, line, across, down);
    }
  });
}

interface Plane {
  readonly data: Uint8Array;
  readonly component: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** The samples as they were before they were repeated. */
function coarsePlane({ data, component, count, width, height }: Plane, across: number, down: number): Uint8Array {
  const columns = Math.ceil(width / across);
  const samples = new Uint8Array(columns * Math.ceil(height / down));
  for (let y = 0, i = 0; y < height; y += down)
    for (let x = 0; x < width; x += across) samples[i++] = data[(y * width + x) * count + component];
  return samples;
}

/**
 * ¾ of the nearer sample and ¼ of the farther one, along each halved axis. What is added before the division is libjpeg's: a
 * half, a little more and a little less in turn, so that no direction is preferred.
 */
function smoothRow(
  { data, component, count, width }: Plane,
  y: number,
  line: Int32Array,
  across: number,
  down: number,
) {
  for (let x = 0; x < width; x++) {
    const odd = x % 2;
    const at = (y * width + x) * count + component;
    if (across === 1) {
      data[at] = (line[x] + (y % 2 === 0 ? 1 : 2)) >> 2;
      continue;
    }
    const i = x >> 1;
    const far = Math.max(0, Math.min(line.length - 1, i + (odd ? 1 : -1)));
    const sum = 3 * line[i] + line[far];
    data[at] = down === 2 ? (sum + (odd ? 7 : 8)) >> 4 : (sum + (odd ? 2 : 1)) >> 2;
  }
}

/** YCbCr as JFIF defines it to RGB, in place, in libjpeg's fixed-point numbers of 16 bits. */
export function toRgb(data: Uint8Array): void {
  const fix = (factor: number) => Math.round(factor * 65_536);
  const [red, blue, greenBlue, greenRed] = [1.402, 1.772, 0.34414, 0.71414].map(fix);
  const half = 32_768;
  const byte = (value: number) => Math.max(0, Math.min(255, value));
  for (let i = 0; i < data.length; i += 3) {
    const [luma, cb, cr] = [data[i], data[i + 1] - 128, data[i + 2] - 128];
    data[i] = byte(luma + ((red * cr + half) >> 16));
    data[i + 1] = byte(luma + ((half - greenBlue * cb - greenRed * cr) >> 16));
    data[i + 2] = byte(luma + ((blue * cb + half) >> 16));
  }
}
