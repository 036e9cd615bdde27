import { ConvError } from "../base/errors";
import { clipped } from "../base/text";
import { pathText } from "../formats/literal";
import { z } from "../formats/zod";

// The one source of what a launch configuration may say: it checks at run time, and gives the editor its completions.

/** The attributes of `launch`. Others are let be: editors put their own beside them. */
export const launchSchema = z.object({
  program: z.string().min(1).describe("The layer file (*.conv.json) to debug."),
  stopOnEntry: z.boolean().optional().describe("Stop before anything is computed, at the first step. Default false."),
  stopAt: z
    .union([z.int().min(0), z.string().min(1)])
    .optional()
    .describe(
      'Where to stop first: a stage ("gemm"), an element ("out[0, 2, 11, 17]": where it has its final value), or a step (187123).',
    ),
  backward: z
    .boolean()
    .optional()
    .describe("Whether the backward pass is debugged as well. Default true; false: the program ends with out."),
  set: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      'Settings that replace those of the layer file, as --set of the command line: ["stride=2,1"], or {"stride": [2, 1]}.',
    ),
  noDebug: z.boolean().optional().describe("Run to the end without stopping anywhere. Editors set this by themselves."),
});

export type LaunchAttributes = z.infer<typeof launchSchema>;

/** The JSON Schema (draft 7) of the attributes. */
export function launchJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(launchSchema, { target: "draft-7", io: "input" });
}

/** `set` in the form that `loadLayer` takes: "key=value". */
export function overridesOf({ set }: LaunchAttributes): string[] {
  if (set === undefined || Array.isArray(set)) return set ?? [];
  return Object.entries(set).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}

const words: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What came from outside, checked against `schema`. `command`: what it is for. Throws ConvError `bad-usage`. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, command: string): T {
  const result = schema.safeParse(value ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = pathText(issue.path.map((part) => (typeof part === "number" ? part : String(part))));
  const missing = issue.input === undefined;
  throw new ConvError({
    code: "bad-usage",
    what: missing ? `${command} lacks "${path}"` : `${command} cannot be asked for like this`,
    at: path === "" ? undefined : { path },
    expected: expectation(issue),
    found: missing ? undefined : clipped(JSON.stringify(issue.input)),
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return words[issue.expected] ?? issue.expected;
  if (issue.code === "too_small")
    return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_union") return issue.errors.map(([first]) => expectation(first)).join(", or ");
  return issue.message;
}
