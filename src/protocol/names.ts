import type { TensorName } from "../conv/run";

const known: Readonly<Record<TensorName, true>> = {
  x: true,
  W: true,
  b: true,
  col: true,
  out: true,
  dout: true,
  dcol: true,
  dW: true,
  db: true,
  dx: true,
};
/** Every tensor of the textbook algorithm, as a list. */
export const tensorNames = Object.keys(known) as TensorName[]; // the keys of a complete record
