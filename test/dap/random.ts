import assert from "node:assert/strict";
import fc from "fast-check";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { plausible } from "./plausible";
import { Client } from "./support";

interface Ask {
  readonly command: string;
  readonly args: object | undefined;
  /** Whether it is waited for before the next one. */
  readonly wait: boolean;
}

const small = fc.integer({ min: -1, max: 12 });
const line = fc.integer({ min: 0, max: 95 });
const program = fc
  .constantFrom("numpy", "numpy", "numpy", "nan", "nan", "nan", "empty", "broken", "none")
  .map((name) => `/w/${name}.conv.json`);
const expression = fc.constantFrom(
  ...[
    "acc",
    "step",
    "f == 2",
    "out[0, 1, 2, 3]",
    "W[f]",
    "x",
    "out.max() > 3",
    "isnan(acc)",
    "out[0, 9]",
    "1 +",
    "stage",
  ],
  ...['stage == "dW"', "__proto__", "b[1] = 7", "dcol[row, tap]", "dx[0, 0]", "", "x[0, 0, 0, 0] = inf"],
);
const source = fc.constantFrom<P.Source>(
  { sourceReference: 1 },
  { sourceReference: 1 },
  { sourceReference: 1 },
  { path: "/w/numpy.conv.json" },
  { path: "/w/numpy.conv.json.py" },
  { path: "/w/nan.conv.json" },
  { path: "/no" },
  {},
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const conditions = {
  condition: maybe(expression),
  hitCondition: maybe(fc.constantFrom("2", ">= 3", "% 4", "often")),
  logMessage: maybe(fc.constantFrom("acc is {acc}", "{", "{1 +}", "here")),
};
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const threadId = fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 2);
const access = maybe(fc.constantFrom("read", "write", "readWrite"));

/** Arguments that are right in form, and often in what they mean. */
const likely: Readonly<Record<string, fc.Arbitrary<object>>> = {
  launch: fc.record({
    program,
    stopOnEntry: maybe(fc.boolean()),
    stopAt: maybe(fc.constantFrom("gemm", "dx[0, 0, 1, 1]", 300, "nowhere")),
    backward: maybe(fc.boolean()),
    set: maybe(fc.constantFrom(["stride=2"], { padding: 1 }, ["groups=7"])),
  }),
  restart: fc.oneof(fc.constant({}), fc.record({ arguments: fc.record({ program, stopOnEntry: fc.boolean() }) })),
  setBreakpoints: fc.record({ source, breakpoints: list(fc.record({ line, column: maybe(small), ...conditions })) }),
  setFunctionBreakpoints: fc.record({
    breakpoints: list(fc.record({ name: fc.constantFrom("gemm", "grad_W", "col2im", "no"), ...conditions })),
  }),
  setDataBreakpoints: fc.record({
    breakpoints: list(fc.record({ dataId: expression, accessType: access, ...conditions })),
  }),
  setExceptionBreakpoints: fc.record({
    filters: list(fc.constantFrom("nan", "infinity", "overflow", "mismatch", "no")),
    filterOptions: maybe(
      list(fc.record({ filterId: fc.constantFrom("nan", "overflow"), condition: maybe(expression) })),
    ),
  }),
  dataBreakpointInfo: fc.record({ variablesReference: maybe(small), name: expression }),
  breakpointLocations: fc.record({ source, line, endLine: maybe(line) }),
  stackTrace: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ threadId: 1 }) },
    { weight: 1, arbitrary: fc.record({ threadId, startFrame: maybe(small), levels: maybe(small) }) },
  ),
  scopes: fc.record({ frameId: small }),
  variables: fc.record({
    variablesReference: fc.integer({ min: 0, max: 60 }),
    filter: maybe(fc.constantFrom("indexed", "named")),
    start: maybe(small),
    count: maybe(small),
  }),
  setVariable: fc.record({
    variablesReference: fc.integer({ min: 0, max: 60 }),
    name: fc.constantFrom("[0]", "[0]", "[1]", "W", "bias"),
    value: fc.oneof(expression, fc.constantFrom("7", "nan")),
  }),
  setExpression: fc.record({
    expression: fc.oneof(expression, fc.constantFrom("W[0, 0, 0, 0]", "b[0]", "dout[0, 0, 0, -1]")),
    value: fc.oneof(expression, fc.constantFrom("3", "-inf", "W[0, 0, 0, 0] / 2")),
  }),
  evaluate: fc.record({ expression, context: maybe(fc.constantFrom("watch", "hover", "repl", "clipboard")) }),
  completions: fc.record({ text: expression, column: small }),
  readMemory: fc.record({
    memoryReference: fc.constantFrom("x", "out", "dcol", "no"),
    offset: maybe(small),
    count: small,
  }),
  source: fc.record({ sourceReference: small, source: maybe(source) }),
  gotoTargets: fc.record({ source, line }),
  goto: fc.record({ threadId, targetId: small }),
  restartFrame: fc.record({ frameId: small }),
  cancel: fc.record({ requestId: maybe(small), progressId: maybe(fc.constant("debug 1: 1")) }),
};

const commands = Object.keys(plausible);
const ask: fc.Arbitrary<Ask> = fc
  .constantFrom(...commands, "continue", "unknown")
  .filter((command) => command !== "disconnect" && command !== "terminate")
  .chain((command) =>
    fc.record({
      command: fc.constant(command),
      args: fc.oneof(
        { weight: 8, arbitrary: likely[command] ?? fc.constant(plausible[command]) },
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.object({ maxDepth: 1, maxKeys: 3 }) },
      ),
      wait: fc.constantFrom(true, true, false),
    }),
  );
const ends: fc.Arbitrary<Ask> = fc.record({
  command: fc.constantFrom("disconnect", "terminate"),
  args: fc.constant({}),
  wait: fc.boolean(),
});
const begun: fc.Arbitrary<Ask[]> = program.map((name) => [
  { command: "initialize", args: { adapterID: "conv", supportsInvalidatedEvent: true }, wait: false },
  { command: "launch", args: { program: name, stopOnEntry: true }, wait: false },
  { command: "configurationDone", args: undefined, wait: true },
]);

/** One thing leads to another: what one answer gives is what the next request asks about. */
const chain: fc.Arbitrary<Ask[]> = fc
  .constantFrom(
    ["stackTrace", "scopes", "variables", "variables", "setVariable"],
    ["stackTrace", "scopes", "variables", "dataBreakpointInfo", "setDataBreakpoints", "continue"],
    ["stackTrace", "restartFrame"],
    ["gotoTargets", "goto", "stackTrace", "scopes", "variables"],
    ["setExceptionBreakpoints", "continue", "exceptionInfo"],
    ["setBreakpoints", "continue", "reverseContinue", "stepIn", "evaluate"],
  )
  .chain((links) =>
    fc.tuple(
      ...links.map((command) =>
        (likely[command] ?? fc.constant(plausible[command])).map((args): Ask => ({ command, args, wait: true })),
      ),
    ),
  );

/** Most begin as they should; some end in the middle. */
const anySequence: fc.Arbitrary<Ask[]> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: begun }, { weight: 1, arbitrary: fc.constant<Ask[]>([]) }),
    fc
      .array(fc.oneof({ weight: 3, arbitrary: ask.map((one) => [one]) }, { weight: 2, arbitrary: chain }), {
        minLength: 1,
        maxLength: 10,
      })
      .map((parts) => parts.flat()),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Ask[]>([]) },
      { weight: 1, arbitrary: fc.array(ends, { maxLength: 2 }) },
    ),
    fc.array(ask, { maxLength: 2 }),
  )
  .map((parts) => parts.flat());

/** Every request is answered once; every message is valid (the client sees to that); `terminated` comes at most once. */
async function play(sequence: readonly Ask[]): Promise<void> {
  const client = new Client();
  const sent: number[] = [];
  for (const { command, args, wait } of sequence) {
    const seq = client.send(command, args && withKnown(args, client.received));
    sent.push(seq);
    if (wait) await client.answerTo(seq);
  }
  for (const seq of sent) await client.answerTo(seq);
  const last = client.send("disconnect");
  await client.answerTo(last);
  const answers = client.received.filter((message) => message.type === "response") as P.Response[];
  assert.deepEqual(
    answers.map(({ request_seq }) => request_seq).sort((a, b) => a - b),
    [...sent, last],
  );
  for (const { success, message } of answers) if (!success) assert.match(message ?? "", /^[^\r\n]+$/);
  const ended = client.received.filter((message) => (message as P.Event).event === "terminated");
  assert.equal(ended.length, 1);
  client.adapter.dispose();
}

/** Most numbers that stand for something are what the adapter has given since it stopped last; the others are made up. */
function withKnown(args: object, received: readonly P.ProtocolMessage[]): object {
  const stopped = received.findLastIndex((message) => (message as Partial<P.Event>).event === "stopped");
  const given = (list: string, key: string) =>
    (received.slice(stopped + 1) as Partial<P.Response>[])
      .flatMap(({ body }) => ((body as Record<string, Record<string, number>[]> | undefined)?.[list] ?? []) as unknown)
      .flatMap((item) => (typeof item === "object" && item !== null ? (item as Record<string, unknown>)[key] : []))
      .filter((number) => typeof number === "number" && number > 0)
      .reverse();
  const known = (key: string, wanted: unknown): unknown => {
    if (typeof wanted !== "number" || wanted % 4 === 0) return wanted;
    const found =
      key === "frameId"
        ? given("stackFrames", "id")
        : key === "targetId"
          ? given("targets", "id")
          : key === "variablesReference"
            ? [...given("variables", "variablesReference"), ...given("scopes", "variablesReference")]
            : [];
    return found.length === 0 ? wanted : found[Math.abs(wanted) % found.length];
  };
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, known(key, value)]));
}

/** The same sequences each time. */
export function assertAnswered(sequences: number): Promise<void> {
  return fc.assert(fc.asyncProperty(anySequence, play), { numRuns: sequences, seed: 20261123 });
}
