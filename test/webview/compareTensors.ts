import { type Tensor, elementCount, tensor } from "../../src/tensor/tensor";

/** Tensors to be compared. Every number is made by a formula, so that a reader can tell what there is to see. */
export function float32(shape: readonly number[], of: (offset: number) => number): Tensor {
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => of(i)),
  );
}

/** A wave in each of 8 planes, 1×8×24×32, and the same with rounding errors and one wrong window in plane 3. */
export function waves(): { left: Tensor; right: Tensor } {
  const shape = [1, 8, 24, 32];
  const at = (i: number) => {
    const [plane, row, col] = [Math.floor(i / 768), Math.floor(i / 32) % 24, i % 32];
    return Math.sin((row + 2 * plane) / 5) * Math.cos(col / (4 + plane / 2)) * 3;
  };
  const left = float32(shape, (i) => {
    const [plane, row, col] = [Math.floor(i / 768), Math.floor(i / 32) % 24, i % 32];
    const wrong = plane === 3 && row >= 10 && row < 13 && col >= 20 && col < 23;
    return at(i) * (1 + ((i * 2654435761) % 7) * 2 ** -25) + (wrong ? 0.5 + (row - 10) / 4 + (col - 20) / 16 : 0);
  });
  return { left, right: float32(shape, at) };
}
