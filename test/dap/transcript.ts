import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Client } from "./support";

const WIDTH = 120;

/** A value as JSON, with as much on a line as fits: differences stand out line by line. */
export function pretty(value: unknown, indent = "", before = 0): string {
  const short = JSON.stringify(value);
  if (typeof value !== "object" || value === null || indent.length + before + short.length <= WIDTH) return short;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = Object.entries(value).map(([key, item]) => {
    const label = isList ? "" : `${JSON.stringify(key)}: `;
    return `${inner}${label}${pretty(item, inner, label.length)}`;
  });
  return `${isList ? "[" : "{"}\n${lines.join(",\n")}\n${indent}${isList ? "]" : "}"}`;
}

/** What a client and an adapter say to each other: `→` asked, `←` answered, `✗` refused, `•` told. */
export class Transcript extends Client {
  readonly #lines: string[] = [];
  #shown = 0;
  /** Numbers of breakpoints go on from one session to the next: they are shown in the order in which they appear. */
  readonly #ids = new Map<number, number>();

  override async ask(command: string, args?: object): Promise<P.Response> {
    this.#lines.push("", `→ ${command}${args === undefined ? "" : ` ${pretty(args)}`}`);
    const answer = await super.ask(command, args);
    this.show();
    return answer;
  }

  note(text: string): void {
    this.#lines.push("", `# ${text}`);
  }

  /** Writes down what came since the last time. */
  show(): void {
    for (; this.#shown < this.received.length; this.#shown++)
      this.#lines.push(...apart(this.received[this.#shown]).map((message) => this.#line(message)));
  }

  get text(): string {
    return `${this.#lines.join("\n").trim()}\n`;
  }

  #line(message: P.ProtocolMessage): string {
    const body = (value: unknown) => (value === undefined ? "" : ` ${pretty(this.#stable(value))}`);
    if (message.type === "event") return `• ${(message as P.Event).event}${body((message as P.Event).body)}`;
    const answer = message as P.Response;
    return answer.success ? `← ${answer.command}${body(answer.body)}` : `✗ ${answer.command} ${answer.message ?? ""}`;
  }

  #stable(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value, (key, item: unknown) => {
        if (key === "hitBreakpointIds") return (item as number[]).map((id) => this.#id(id)); // the schema says numbers
        if (key === "breakpoints" && Array.isArray(item))
          return (item as P.Breakpoint[]).map((one) => (one.id === undefined ? one : { ...one, id: this.#id(one.id) }));
        if (key === "breakpoint") return { ...(item as P.Breakpoint), id: this.#id((item as P.Breakpoint).id ?? 0) };
        return item;
      }),
    );
  }

  #id(id: number): number {
    if (!this.#ids.has(id)) this.#ids.set(id, this.#ids.size + 1);
    return this.#ids.get(id)!; // just set
  }
}

/** What is logged in one turn comes together; how much that is, is a matter of time. */
function apart(message: P.ProtocolMessage): P.ProtocolMessage[] {
  if ((message as P.Event).event !== "output") return [message];
  const { body } = message as P.OutputEvent; // the schema has checked it
  return body.output
    .split(/(?<=\n)(?=.)/)
    .map((output): P.OutputEvent => ({ ...(message as P.OutputEvent), body: { ...body, output } }));
}

/** Compares with the committed transcript, or, with UPDATE_GOLDENS, writes it anew: then look at the difference. */
export function assertGolden(name: string, text: string): void {
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  if (process.env.UPDATE_GOLDENS !== undefined) writeFileSync(file, text);
  assert.ok(existsSync(file), `there is no golden transcript ${name}: make it with UPDATE_GOLDENS=1`);
  assert.equal(text, readFileSync(file, "utf8"));
}
