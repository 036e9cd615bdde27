import { ConvError } from "../base/errors";
import { numpyCode } from "./numpy";
import { onnxCode } from "./onnx";
import { pytorchCode } from "./pytorch";
import { type Reproduced, requireElements } from "./reproduced";
import type { Store } from "./store";
import { tensorflowCode } from "./tensorflow";

/** What code can be written for, in the order in which it is offered. */
export const frameworks = {
  numpy: { label: "NumPy", write: numpyCode },
  pytorch: { label: "PyTorch", write: pytorchCode },
  tensorflow: { label: "TensorFlow", write: tensorflowCode },
  onnx: { label: "ONNX", write: onnxCode },
} as const satisfies Record<string, { label: string; write: (layer: Reproduced, store: Store) => string }>;

export type Framework = keyof typeof frameworks;

export function frameworkOf(text: string): Framework {
  if (Object.hasOwn(frameworks, text)) return text as Framework; // a key, as just seen
  throw new ConvError({
    code: "bad-usage",
    what: `there is no export to ${text}`,
    expected: Object.keys(frameworks).join(", "),
  });
}

/** Python that computes this layer on these tensors; the files that it reads are then in the store. Throws ConvError. */
export function codeOf(framework: Framework, layer: Reproduced, store: Store): string {
  requireElements(layer);
  return `${frameworks[framework].write(layer, store)}\nprint(out)\n`;
}
