import { breaking } from "./breaking";
import { inspecting } from "./inspecting";
import { lifecycle } from "./lifecycle";
import { moving } from "./moving";
import type { Handler } from "./request";

/** Every request of the protocol (1.68), and our own. `cancel` is the adapter's: it alone knows what is under way. */
export const requests = { ...lifecycle, ...breaking, ...moving, ...inspecting } satisfies Record<string, Handler>;

export type Command = keyof typeof requests | "cancel";

export function handlerOf(command: string): Handler | undefined {
  return isCommand(command) ? requests[command] : undefined;
}

function isCommand(command: string): command is keyof typeof requests {
  return Object.hasOwn(requests, command);
}

export const commands: readonly string[] = [...Object.keys(requests), "cancel"];

/** These can take a while. Any other one is answered as quickly as it is cancelled. */
export const lasting: ReadonlySet<string> = new Set<Command>([
  "launch",
  "restart",
  "setVariable",
  "setExpression",
  "evaluate",
]);

/**
 * These do not wait until what came before them is answered: they may be what ends it. `pause` does: a run is answered before it
 * begins, so nothing is held up, and a pause that overtook its `continue` would find nothing to pause.
 */
export const urgent: ReadonlySet<string> = new Set<Command>(["cancel", "terminate", "disconnect"]);
