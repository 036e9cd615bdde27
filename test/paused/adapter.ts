import { type ChildProcess, spawn } from "node:child_process";
import type { DebugProtocol as P } from "@vscode/debugprotocol";

interface Answer {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A debug adapter as a process of its own, spoken to on its standard input and output. */
export class Adapter {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, Answer>();
  readonly #events: P.Event[] = [];
  #hear: () => void = () => undefined;
  #parts: Buffer[] = [];
  #bytes = 0;
  #need: number | undefined;
  #seq = 0;
  #ended: string | undefined;

  constructor(command: string, args: readonly string[]) {
    // A group of its own: the debugged program ends with it.
    this.#process = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], detached: true });
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      this.#parts.push(chunk);
      this.#bytes += chunk.length;
      while (this.#take());
    });
    this.#process.on("close", () => this.#fail("the adapter has ended"));
    this.#process.on("error", ({ message }) => this.#fail(message));
    this.#process.stdin?.on("error", () => undefined); // `close` says so
  }

  customRequest(command: string, args: unknown): Promise<unknown> {
    const seq = ++this.#seq;
    const text = JSON.stringify({ seq, type: "request", command, arguments: args });
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw new Error(this.#ended);
      this.#answers.set(seq, { resolve, reject });
      this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    });
  }

  /** The body of the next event of this name, or of one that was there already. */
  async event(name: string): Promise<unknown> {
    for (;;) {
      const at = this.#events.findIndex(({ event }) => event === name);
      if (at >= 0) return this.#events.splice(at, 1)[0].body as unknown;
      await new Promise<void>((resolve) => (this.#hear = resolve));
    }
  }

  kill(): void {
    const { pid } = this.#process;
    if (pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null)
      process.kill(-pid, "SIGKILL");
  }

  #take(): boolean {
    if (this.#bytes < (this.#need ?? 1)) return false;
    const all = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [all];
    const head = /^Content-Length: (\d+)\r\n\r\n/.exec(all.toString("latin1", 0, 64));
    if (head === null) return false;
    const end = head[0].length + Number(head[1]);
    this.#need = end;
    if (all.length < end) return false;
    this.#need = undefined;
    this.#parts = [all.subarray(end)];
    this.#bytes = all.length - end;
    this.#receive(JSON.parse(all.toString("utf8", head[0].length, end)) as P.ProtocolMessage); // that is what adapters send
    return this.#bytes > 0;
  }

  #receive(message: P.ProtocolMessage): void {
    if (message.type === "event") {
      this.#events.push(message as P.Event);
      this.#hear();
    } else if (message.type === "response") {
      const response = message as P.Response;
      const { request_seq, success, message: said } = response;
      const body: unknown = response.body;
      const answer = this.#answers.get(request_seq);
      this.#answers.delete(request_seq);
      if (success) answer?.resolve(body);
      else answer?.reject(new Error((body as P.ErrorResponse["body"] | undefined)?.error?.format ?? said ?? "refused"));
    }
  }

  #fail(message: string): void {
    this.#ended = message;
    for (const { reject } of this.#answers.values()) reject(new Error(message));
    this.#answers.clear();
  }
}
