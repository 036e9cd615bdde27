import type { Geometry } from "../conv/geometry";
import type { Padding } from "../conv/spec";
import type { LayerChange } from "../diagnose/changes";

/** One setting as a layer file has it. */
export interface Written {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * How a layer file says some changes, as somebody would write them: 1 for [[1, 1], [1, 1]]. Where "same" padding would come to
 * something else with them, the padding that it came to is written out.
 */
export function settingsFor(changes: readonly LayerChange[], padding: Padding, { y, x }: Geometry): Written[] {
  const keys = changes.map(({ key }) => key);
  const moves = keys.includes("stride") || keys.includes("dilation");
  const resolved = { key: "padding", value: sidesOf(y, x) };
  const all =
    moves && typeof padding === "string" && padding !== "valid" && !keys.includes("padding")
      ? [...changes, resolved]
      : changes;
  return all.map(({ key, value }) => ({ path: key.split("."), value: brief(value) }));
}

/** `"padding": 0, "stride": [2, 1]` */
export function settingsText(settings: readonly Written[]): string {
  return settings
    .map(({ path, value }) => `"${path.join(".")}": ${JSON.stringify(value).replace(/,/g, ", ")}`)
    .join(", ");
}

function sidesOf(y: Geometry["y"], x: Geometry["x"]): unknown {
  return [
    [y.begin, y.end],
    [x.begin, x.end],
  ];
}

/** One of two that are the same. */
function brief(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const parts: unknown[] = value.map(brief);
  const nested = parts.some(Array.isArray);
  if (nested) return value; // [[1, 2], [3, 3]]: a pair beside a number would be no padding
  return parts.length > 0 && parts.every((part) => part === parts[0]) ? parts[0] : parts;
}
