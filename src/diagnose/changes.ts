import type { Hypothesis } from "./hypotheses/hypothesis";
import type { Model } from "./model";

/** One setting of a layer file, under the key that --set takes, too. */
export interface LayerChange {
  readonly key: string;
  readonly value: unknown;
}

/** The settings that differ, as a layer file writes them. */
export function changesOf(
  { settings: was }: Model,
  { settings: is }: Model,
  causes: readonly Hypothesis[],
): LayerChange[] {
  const keys = {
    stride: "stride",
    dilation: "dilation",
    padding: "padding",
    mode: "paddingMode",
    groups: "groups",
  } as const;
  const changed = (Object.keys(keys) as (keyof typeof keys)[]).filter(
    (key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
  const layouts = causes.flatMap(({ layout }) => (layout === undefined ? [] : [layout]));
  return [...changed.map((key) => ({ key: keys[key], value: is[key] })), ...layouts];
}
