import { ConvError } from "../base/errors";
import type { RunInputs } from "../conv/run";
import { elementCount } from "../tensor/tensor";
import { outShape } from "../conv/geometry";

/** The layer that code is written for. */
export interface Reproduced extends RunInputs {
  readonly name: string;
}

/** What the layer's files are called: its name, as far as every file system takes it. */
export function stemOf({ name }: Reproduced): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|-+$/g, "") || "layer";
}

/** Throws ConvError `unsupported` for a layer of which nothing can be seen. */
export function requireElements({ geometry, x }: Reproduced): void {
  if (elementCount(outShape(geometry)) > 0 && elementCount(x.shape) > 0) return;
  throw new ConvError({
    code: "unsupported",
    what: "a layer without elements has nothing to reproduce",
    expected: "x and out of at least one element",
    found: `x [${x.shape.join(", ")}], out [${outShape(geometry).join(", ")}]`,
  });
}
