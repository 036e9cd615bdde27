import type { TensorName } from "../src/conv/run";
import { tensorNames } from "../src/protocol/names";

/** col holds x's numbers, dx sums up dcol's: side by side on the screen, equal colours are equal numbers. */
const families: readonly (readonly TensorName[])[] = [
  ["x", "col"],
  ["dcol", "dx"],
];

/** The tensors that share one colour scale with `tensor`, itself included, in the order of the run. `compared`: more, as the user has chosen. */
export function sharingWith(tensor: TensorName, compared: readonly TensorName[]): readonly TensorName[] {
  const own = familyOf(tensor);
  const chosen = compared.flatMap(familyOf);
  const all = own.some((name) => chosen.includes(name)) ? chosen : own;
  return tensorNames.filter((name) => all.includes(name));
}

function familyOf(tensor: TensorName): readonly TensorName[] {
  return families.find((family) => family.includes(tensor)) ?? [tensor];
}
