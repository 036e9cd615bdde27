import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import type { DebugProtocol as P } from "@vscode/debugprotocol";

const file = new URL("../fixtures/dap/debugAdapterProtocol.json", import.meta.url);
const schema = JSON.parse(readFileSync(file, "utf8")) as { $comment: string; definitions: Record<string, unknown> };
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema, "dap");

/** What the schema was made of, and when: a package and its version. */
export const madeOf = schema.$comment;

const known = new Map<string, ValidateFunction>();

function validator(name: string): ValidateFunction {
  const found = known.get(name) ?? ajv.compile({ $ref: `dap#/definitions/${name}` });
  known.set(name, found);
  return found;
}

const has = (name: string) => Object.hasOwn(schema.definitions, name);
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The definition that a message of an adapter must follow: that of its command or event, if the schema has one. */
function definitionOf(message: P.ProtocolMessage): string {
  if (message.type === "event") {
    const name = `${capital((message as P.Event).event)}Event`;
    assert.ok(has(name), `the protocol has no ${name}`);
    return name;
  }
  const { success, command } = message as P.Response;
  if (!success) return "ErrorResponse";
  const name = `${capital(command)}Response`;
  return has(name) ? name : "Response"; // requests of our own
}

/** Throws where a message is not as the protocol's own types have it, or says more than they know of. */
export function assertValid(message: P.ProtocolMessage): void {
  const name = definitionOf(message);
  const validate = validator(name);
  if (!validate(message))
    assert.fail(`${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(message, null, 2)}`);
}
