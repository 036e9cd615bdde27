import { PADDING, sourceMap } from "../../../src/conv/columns";
import type { Geometry } from "../../../src/conv/geometry";

// What one writes without thinking of speed, as good as plain loops get: typed arrays, float32, offsets kept in variables.

/** A constant of this file: one of another file is a call when the source runs unbundled. */
const padding: number = PADDING;

export function plainForward(g: Geometry, x: Float32Array, W: Float32Array, b: Float32Array, out: Float32Array): void {
  const { y: ya, x: xa } = g;
  const [rows, columns] = [sourceMap(ya, g.paddingMode), sourceMap(xa, g.paddingMode)];
  let o = 0;
  for (let n = 0; n < g.batch; n++)
    for (let f = 0; f < g.filters; f++) {
      const first = n * g.channels + Math.floor(f / g.groupFilters) * g.groupChannels;
      for (let oy = 0; oy < ya.out; oy++)
        for (let ox = 0; ox < xa.out; ox++) {
          let sum = 0;
          let w = f * g.groupTaps;
          for (let c = 0; c < g.groupChannels; c++)
            for (let ky = 0; ky < ya.kernel; ky++) {
              const iy = rows[oy * ya.stride + ky * ya.dilation];
              const line = ((first + c) * ya.size + iy) * xa.size;
              for (let kx = 0; kx < xa.kernel; kx++, w++) {
                const ix = columns[ox * xa.stride + kx * xa.dilation];
                if (iy !== padding && ix !== padding) sum += x[line + ix] * W[w];
              }
            }
          out[o++] = sum + b[f];
        }
    }
}

export function plainBackward(
  g: Geometry,
  x: Float32Array,
  W: Float32Array,
  dout: Float32Array,
  dx: Float32Array,
  dW: Float32Array,
  db: Float32Array,
): void {
  const { y: ya, x: xa } = g;
  const [rows, columns] = [sourceMap(ya, g.paddingMode), sourceMap(xa, g.paddingMode)];
  let o = 0;
  for (let n = 0; n < g.batch; n++)
    for (let f = 0; f < g.filters; f++) {
      const first = n * g.channels + Math.floor(f / g.groupFilters) * g.groupChannels;
      for (let oy = 0; oy < ya.out; oy++)
        for (let ox = 0; ox < xa.out; ox++) {
          const d = dout[o++];
          db[f] += d;
          let w = f * g.groupTaps;
          for (let c = 0; c < g.groupChannels; c++)
            for (let ky = 0; ky < ya.kernel; ky++) {
              const iy = rows[oy * ya.stride + ky * ya.dilation];
              const line = ((first + c) * ya.size + iy) * xa.size;
              for (let kx = 0; kx < xa.kernel; kx++, w++) {
                const ix = columns[ox * xa.stride + kx * xa.dilation];
                if (iy === padding || ix === padding) continue;
                dW[w] += d * x[line + ix];
                dx[line + ix] += d * W[w];
              }
            }
        }
    }
}
