import { biasHypotheses } from "./bias";
import { groupHypotheses } from "./groups";
import type { Circumstances, Hypothesis } from "./hypothesis";
import { inputHypotheses } from "./input";
import { kernelHypotheses } from "./kernel";
import { precisionHypotheses } from "./precision";
import { resultHypotheses } from "./results";
import { settingHypotheses } from "./settings";

/** Everything that is supposed, in the order in which a layer is made: two of them are applied in it, too. */
export function hypothesesFor(circumstances: Circumstances): Hypothesis[] {
  return [
    ...inputHypotheses(circumstances),
    ...groupHypotheses(circumstances),
    ...kernelHypotheses,
    ...biasHypotheses(circumstances),
    ...precisionHypotheses(circumstances),
    ...settingHypotheses(circumstances),
    ...resultHypotheses(circumstances),
  ];
}
