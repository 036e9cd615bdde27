import * as z from "zod/mini";

/** A call as birpc puts it on the wire. */
export interface Call<Name extends string = string> {
  readonly t: "q";
  /** Names the answer; none for an event. */
  readonly i?: string;
  readonly m: Name;
  readonly a: unknown[];
}

/** A message from a page, rebuilt from the parts that were checked; null if it is none of these requests. `requests`: their arguments. */
export function callAmong<Name extends string>(
  requests: Readonly<Record<Name, z.ZodMiniType>>,
  message: unknown,
): Call<Name> | null {
  if (!isRecord(message) || message.t !== "q") return null;
  const { m, i, a } = message;
  if (typeof m !== "string" || !isAmong(requests, m)) return null;
  if (i !== undefined && (typeof i !== "string" || i.length > 64)) return null;
  if (!Array.isArray(a) || a.length > 1) return null;
  const { success, data } = z.safeParse(requests[m], a);
  if (!success || !Array.isArray(data)) return null;
  return i === undefined ? { t: "q", m, a: data } : { t: "q", m, i, a: data };
}

function isAmong<Name extends string>(names: Readonly<Record<Name, unknown>>, name: string): name is Name {
  return Object.hasOwn(names, name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
