import { ConvError } from "../base/errors";
import { type JsonPath, pathText } from "./literal";

/** A setting given beside the layer file: `--set stride=2,1`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  /** As it was written. */
  readonly text: string;
}

/**
 * `key=value`, where the key may be dotted (`layout.input=NHWC`, `expected.out=a.npy`). The value is JSON if it reads as
 * such, numbers with commas between them are a list (`2,1`), everything else is a text. Throws `bad-usage`.
 */
export function parseOverride(text: string): Override {
  const equals = text.indexOf("=");
  const key = text.slice(0, Math.max(0, equals)).trim();
  const path = key.split(".");
  if (equals < 0 || path.some((part) => part === "" || part === "__proto__"))
    throw new ConvError({
      code: "bad-usage",
      what: "a setting cannot be read",
      expected: "key=value, such as stride=2 or layout.input=NHWC",
      found: JSON.stringify(text),
    });
  return { path, value: overrideValue(text.slice(equals + 1)), text };
}

function overrideValue(text: string): unknown {
  for (const candidate of [text, `[${text}]`])
    if (candidate === text || /^[\s\d.,eE+-]+$/.test(text))
      try {
        return JSON.parse(candidate) as unknown;
      } catch {
        // not JSON: the next reading
      }
  return text;
}

/** A copy of the value with the setting in it. Objects on the way that are not there are made. */
export function applyOverride(value: unknown, { path, value: wanted }: Override): unknown {
  if (path.length === 0) return wanted;
  const [key, ...rest] = path;
  const object: Record<string, unknown> =
    typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  object[key] = applyOverride(object[key], { path: rest, value: wanted, text: "" });
  return object;
}

/** The last override that set what is at this path. */
export function overrideOf(overrides: readonly Override[], path: JsonPath): Override | undefined {
  const text = pathText(path);
  return overrides.findLast(({ path: set }) => {
    const key = set.join(".");
    return text === key || text.startsWith(`${key}.`) || text.startsWith(`${key}[`);
  });
}
