import * as z from "zod/mini";

const saved = z.object({ version: z.literal(1), step: z.int().check(z.nonnegative()) });

/** The step that the page had put away; null where the state is not one that a page of ours would write. */
export function savedStep(state: unknown): number | null {
  const { success, data } = z.safeParse(saved, state);
  return success ? data.step : null;
}
