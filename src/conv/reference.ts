import type { ComputeData } from "../tensor/dtype";
import { type ComputeTensor, tensor } from "../tensor/tensor";
import { PADDING, sourceMap } from "./columns";
import { type Geometry, biasShape, outShape, weightShape, xShape } from "./geometry";

/**
 * The layer in plain loops and float64, straight from the definition: the oracle that everything fast is held against.
 *
 *   out[n,f,oy,ox] = b[f] + Σ_{c,ky,kx} xpad[n, c, oy·s+ky·d, ox·s+kx·d] · W[f,c,ky,kx]      (cross-correlation)
 */
export function referenceForward(g: Geometry, x: ComputeData, W: ComputeData, b: ComputeData | null): ComputeTensor {
  const out = new Float64Array(g.rows * g.filters);
  forEachProduct(g, (xi, wi, oi) => {
    if (xi !== PADDING) out[oi] += x[xi] * W[wi];
    else out[oi] += 0 * W[wi]; // padding is a real zero: an infinite weight makes NaN of it
  });
  if (b !== null) {
    const plane = g.y.out * g.x.out;
    for (let i = 0; i < out.length; i++) out[i] += b[Math.floor(i / plane) % g.filters];
  }
  return tensor("float64", outShape(g), out);
}

export interface Gradients {
  readonly dx: ComputeTensor;
  readonly dW: ComputeTensor;
  readonly db: ComputeTensor;
}

/** Each product of the forward pass, differentiated in place. Padding that shows a cell of x gives its gradient to it. */
export function referenceBackward(g: Geometry, x: ComputeData, W: ComputeData, dout: ComputeData): Gradients {
  const dx = new Float64Array(x.length);
  const dW = new Float64Array(W.length);
  const db = new Float64Array(g.weightFilters);
  forEachProduct(g, (xi, wi, oi) => {
    if (xi !== PADDING) dx[xi] += dout[oi] * W[wi];
    dW[wi] += dout[oi] * (xi === PADDING ? 0 : x[xi]);
  });
  const plane = g.y.out * g.x.out;
  for (let i = 0; i < dout.length; i++) db[Math.floor(i / plane) % g.filters] += dout[i];
  return {
    dx: tensor("float64", xShape(g), dx),
    dW: tensor("float64", weightShape(g), dW),
    db: tensor("float64", biasShape(g), db),
  };
}

/** Calls `visit` with the positions in x (or PADDING), W and out of every product, out's order first, then taps. */
function forEachProduct(g: Geometry, visit: (xi: number, wi: number, oi: number) => void): void {
  const { y, x, channels, groupChannels, groupFilters } = g;
  const rows = sourceMap(y, g.paddingMode);
  const columns = sourceMap(x, g.paddingMode);
  let oi = 0;
  for (let n = 0; n < g.batch; n++)
    for (let f = 0; f < g.filters; f++) {
      const firstChannel = Math.floor(f / groupFilters) * groupChannels;
      for (let oy = 0; oy < y.out; oy++)
        for (let ox = 0; ox < x.out; ox++, oi++) {
          let wi = f * g.groupTaps;
          for (let c = 0; c < groupChannels; c++)
            for (let ky = 0; ky < y.kernel; ky++) {
              const iy = rows[oy * y.stride + ky * y.dilation];
              const line = ((n * channels + firstChannel + c) * y.size + iy) * x.size;
              for (let kx = 0; kx < x.kernel; kx++, wi++) {
                const ix = columns[ox * x.stride + kx * x.dilation];
                visit(iy === PADDING || ix === PADDING ? PADDING : line + ix, wi, oi);
              }
            }
        }
    }
}
