import * as z from "zod/mini";
import { tensorNames } from "../src/protocol/names";
import type { Panel } from "./panel";
import type { State } from "./store";
import type { VsCode } from "./vscode";

/**
 * What of the page outlives a reload: where it is and how it is looked at. VS Code hands it back as it was, or as somebody
 * else made it: what does not fit is ignored as a whole. `step` is for the host, which runs the layer again after a restart.
 */
const whole = z.int().check(z.nonnegative());
const saved = z.object({
  version: z.literal(1),
  step: z.int().check(z.minimum(-1)),
  selected: z.nullable(z.object({ tensor: z.enum(tensorNames), index: z.array(whole).check(z.maxLength(4)) })),
  described: z.nullable(z.enum(tensorNames)),
  planes: z.partialRecord(z.enum(tensorNames), z.object({ major: z.nullable(whole), minor: z.nullable(whole) })),
  domains: z.partialRecord(
    z.enum(tensorNames),
    z.discriminatedUnion("kind", [
      z.object({ kind: z.enum(["full", "symmetric", "percentile"]) }),
      z.object({ kind: z.literal("fixed"), lo: z.number(), hi: z.number() }),
    ]),
  ),
  compared: z.optional(z.array(z.enum(tensorNames)).check(z.maxLength(tensorNames.length))),
  cut: z.optional(z.nullable(z.string().check(z.maxLength(200)))),
  inspector: z.boolean(),
});
type Saved = z.infer<typeof saved>;

/** Milliseconds of rest before the state is put away. */
const REST = 150;

/** Takes over the state that was kept, and keeps it from now on. */
export function keepState(panel: Panel, vscode: VsCode): void {
  const { success, data } = saved.safeParse(vscode.getState());
  if (success) panel.store.update(pageState(data));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = "";
  panel.store.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { state } = panel;
      if (state.run === null) return;
      const now: Saved = { version: 1, step: state.step, ...pageState(state) };
      const text = JSON.stringify(now);
      if (text !== last) vscode.setState(now);
      last = text;
    }, REST);
  });
}

type PageState = Pick<State, "selected" | "described" | "planes" | "domains" | "compared" | "cut" | "inspector">;

function pageState({
  selected,
  described,
  planes,
  domains,
  compared,
  cut,
  inspector,
}: PageState | Saved): Omit<Saved, "version" | "step"> {
  return {
    selected: selected === null ? null : { tensor: selected.tensor, index: [...selected.index] },
    described,
    planes: { ...planes },
    domains: { ...domains },
    compared: [...(compared ?? [])],
    cut: cut ?? null,
    inspector,
  };
}
