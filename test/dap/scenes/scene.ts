import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Transcript } from "../transcript";

export const one = { threadId: 1 };
export const listing = { path: "/w/numpy.conv.json.py" };
export const file = { path: "/w/numpy.conv.json" };

export type Frames = NonNullable<P.StackTraceResponse["body"]>;
export type Scopes = NonNullable<P.ScopesResponse["body"]>;
export type Variables = NonNullable<P.VariablesResponse["body"]>;

/** The reference of a scope of the innermost frame. */
export async function scope(talk: Transcript, name: string): Promise<number> {
  const { stackFrames } = await talk.body<Frames>("stackTrace", one);
  const { scopes } = await talk.body<Scopes>("scopes", { frameId: stackFrames[0].id });
  return scopes.find((found) => found.name === name)?.variablesReference ?? 0;
}

export async function inside(talk: Transcript, reference: number, name: string, page: object = {}): Promise<number> {
  const { variables } = await talk.body<Variables>("variables", { variablesReference: reference, ...page });
  return variables.find((found) => found.name === name)?.variablesReference ?? 0;
}

/** What happens in a debug session, with its committed transcript. */
export type Scene = (talk: Transcript) => Promise<void>;
