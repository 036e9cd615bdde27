import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Client, numpy } from "./support";

export const one = { threadId: 1 };

export async function frames(client: Client): Promise<P.StackFrame[]> {
  return (await client.body<{ stackFrames: P.StackFrame[] }>("stackTrace", one)).stackFrames;
}

export async function variables(client: Client, variablesReference: number, page: object = {}): Promise<P.Variable[]> {
  return (await client.body<{ variables: P.Variable[] }>("variables", { variablesReference, ...page })).variables;
}

export async function scope(client: Client, name: string, frame = 0): Promise<number> {
  const { id } = (await frames(client))[frame];
  const { scopes } = await client.body<{ scopes: P.Scope[] }>("scopes", { frameId: id });
  const found = scopes.find((one) => one.name === name);
  assert.ok(found, `there is no scope ${name}`);
  return found.variablesReference;
}

export const values = (list: readonly P.Variable[]) => Object.fromEntries(list.map(({ name, value }) => [name, value]));

export async function value(client: Client, expression: string): Promise<string> {
  return (await client.body<{ result: string }>("evaluate", { expression, context: "watch" })).result;
}

/** All elements of a tensor, read through the variables as a client does, axis by axis. */
export async function elements(client: Client, reference: number): Promise<string[]> {
  const found: string[] = [];
  for (const { value: text, variablesReference } of await variables(client, reference, { filter: "indexed" }))
    found.push(...(variablesReference === 0 ? [text] : await elements(client, variablesReference)));
  return found;
}

export const shapes: Readonly<Record<string, readonly number[]>> = {
  x: [1, 2, 4, 5],
  W: [3, 2, 3, 2],
  b: [3],
  dout: [1, 3, 4, 5],
  col: [20, 12],
};

export function numpyAt(name: string, index: readonly number[]): number {
  return numpy.tensors[name][index.reduce((offset, i, axis) => offset * shapes[name][axis] + i, 0)];
}
