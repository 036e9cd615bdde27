import { ConvError } from "../base/errors";
import { clipped } from "../base/text";

/** A debug session as far as reading goes: one request of the Debug Adapter Protocol. It rejects with the adapter's own message. */
export interface Program {
  customRequest(command: string, args: unknown): PromiseLike<unknown>;
}

/** What an adapter says of an expression. */
export interface Evaluated {
  readonly result: string;
  readonly type?: string;
  readonly variablesReference: number;
  /** Given by adapters that can read memory. */
  readonly memoryReference?: string;
}

/** A frame of a program that stands still. Nothing is asked of the program but by these methods. */
export class Frame {
  /** `type` is the debugger's ("debugpy", "pwa-node", "lldb"): a hint, no more. `signal` ends the waiting for an answer, too. */
  constructor(
    readonly program: Program,
    readonly frameId: number,
    readonly type: string,
    readonly signal: AbortSignal,
  ) {}

  /** Whatever the adapter answers. Throws what it says, or why the signal was given. */
  async request(command: string, args: object): Promise<Partial<Record<string, unknown>>> {
    this.signal.throwIfAborted();
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(this.signal.reason instanceof Error ? this.signal.reason : new Error("aborted"));
      this.signal.addEventListener("abort", leave);
    });
    try {
      const answer = await Promise.race([this.program.customRequest(command, args), left]);
      return typeof answer === "object" && answer !== null ? answer : {};
    } finally {
      this.signal.removeEventListener("abort", leave);
    }
  }

  /**
   * The value of an expression, as the adapter shows it. In "clipboard" values are given whole; in "watch" the native adapters
   * take an expression for one, and not for a command of their own.
   */
  async evaluate(expression: string, context: "clipboard" | "watch"): Promise<Evaluated> {
    const { result, type, variablesReference, memoryReference } = await this.request("evaluate", {
      expression,
      frameId: this.frameId,
      context,
    });
    return {
      result: typeof result === "string" ? result : "",
      type: typeof type === "string" ? type : undefined,
      variablesReference: typeof variablesReference === "number" ? variablesReference : 0,
      memoryReference: typeof memoryReference === "string" ? memoryReference : undefined,
    };
  }
}

/** What the program answered instead of a value, in one sentence. */
export function refused(expression: string, said: string, cause?: unknown): ConvError {
  return new ConvError(
    { code: "bad-expression", what: `${clipped(expression)} has no value in the paused program`, found: plainly(said) },
    { cause },
  );
}

/** The same of what a request threw; a ConvError stays what it is. */
export function refusal(expression: string, error: unknown): ConvError {
  return error instanceof ConvError
    ? error
    : refused(expression, error instanceof Error ? error.message : String(error), error);
}

/**
 * The one line that matters: of a Python traceback the last, of a compiler's diagnostics the first with "error:", and
 * `NameError("name 'x' is not defined")` as Python itself would print it.
 */
function plainly(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const diagnostics = lines.filter((line) => /\berror: /.test(line));
  const line = /^Traceback/.test(said)
    ? lines.at(-1)
    : (diagnostics.find((one) => one.includes("<user expression")) ?? diagnostics.at(0) ?? lines.at(0));
  const raised = /^([A-Z]\w*)\((["'])(.*?)\2(?:, .*)?\)$/.exec(line ?? "");
  const text = raised === null ? (line ?? "nothing") : `${raised[1]}: ${raised[3].replace(/\\(['"])/g, "$1")}`;
  return clipped(
    text.replace(/^(?:Uncaught )?(?:error: )?(?:<user expression \d+>:[\d:]+ )?(?:error: )?/, "").trim(),
    200,
  );
}
