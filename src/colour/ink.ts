import { luminance } from "./oklab";
import { unpack } from "./palette";

/** Black or white, whichever stands out more from a packed colour: at least 4.58 : 1 on any. */
export function inkOn(colour: number): string {
  // 0.1791 is where (1 + 0.05) / (L + 0.05) = (L + 0.05) / 0.05.
  return luminance(unpack(colour)) > 0.1791 ? "#000" : "#fff";
}
