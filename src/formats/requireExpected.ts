import { ConvError } from "../base/errors";
import type { Layer } from "./loadLayer";

/** Throws ConvError `bad-usage` where a layer has nothing to be compared with. */
export function requireExpected({ file, expected, intermediates }: Layer): void {
  if (Object.keys({ ...expected, ...intermediates }).length > 0) return;
  throw new ConvError({
    code: "bad-usage",
    file,
    what: "there is nothing to compare with",
    expected: '"expected" with out, dx, dW or db, or with col, product or dcol',
    remedy: 'Give results of somebody else, such as "expected": {"out": "torch.npz#out"}',
  });
}
