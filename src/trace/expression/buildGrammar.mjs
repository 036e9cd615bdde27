// Makes expression.generated.js of expression.peggy. Run it after a change to the grammar; a test compares the two.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import peggy from "peggy";

/** The parser's source, the same for the same grammar. */
export function grammarSource() {
  const grammar = readFileSync(new URL("expression.peggy", import.meta.url), "utf8");
  return peggy.generate(grammar, { output: "source", format: "es" });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("expression.generated.js", import.meta.url), grammarSource());
