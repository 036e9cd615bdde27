import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { launchJsonSchema } from "../../../src/debug/attributes";
import { literalLanguages } from "../../../src/literals/syntax";

const root = join(__dirname, "../../..");
const manifestText = readFileSync(join(root, "package.json"), "utf8");
const messages = JSON.parse(readFileSync(join(root, "package.nls.json"), "utf8")) as Record<string, string>;
const { contributes, activationEvents } = JSON.parse(manifestText) as {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string }[];
    debuggers: { configurationAttributes: { launch: unknown } }[];
    menus: Record<string, { command: string }[]>;
    configuration: { properties: Record<string, { markdownDescription: string; order: number; default: unknown }> };
  };
};
const sources = readdirSync(join(root, "src/editor")).map((name) =>
  readFileSync(join(root, "src/editor", name), "utf8"),
);

describe("the manifest", () => {
  it("says every text through package.nls.json, and uses all of them", () => {
    const used = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map((found) => found[1]);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(messages).sort());
  });

  it("is there in every language in which filters are looked for", () => {
    const languages = activationEvents.flatMap((event) => /^onLanguage:(.*)/.exec(event)?.slice(1) ?? []);
    assert.deepEqual(languages.sort(), [...literalLanguages].sort());
  });

  it("names only files that are there, or that the build makes", () => {
    const paths = [...manifestText.matchAll(/"(?:\.\/)?((?:media|dist)\/[^"]+)"/g)].map((found) => found[1]);
    assert.ok(paths.length > 10);
    const missing = paths.filter((path) => path.startsWith("media/") && !existsSync(join(root, path)));
    assert.deepEqual(missing, []);
  });

  it("puts only its own commands into menus", () => {
    const known = contributes.commands.map(({ command }) => command);
    const used = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    assert.deepEqual(
      used.filter((command) => !known.includes(command)),
      [],
    );
  });

  it("declares every setting and context that the code asks for", () => {
    const settings = Object.keys(contributes.configuration.properties).map((name) => name.replace("conv.", ""));
    const read = sources.flatMap((text) => [...text.matchAll(/conv\.get<\w+>\("(\w+)"/g)].map((found) => found[1]));
    assert.deepEqual([...new Set(read)].sort(), settings.sort());
    const contexts = new Set(
      sources.flatMap((text) => [...text.matchAll(/setContext\("(\w+)"/g)].map((found) => found[1])),
    );
    const asked = [...manifestText.matchAll(/(?<!\w)conv\.(has\w+|canSave|running|ran\w+|numbers\w+)/g)].map(
      (found) => found[1],
    );
    assert.deepEqual(
      [...new Set(asked)].filter((name) => !contexts.has(name)),
      [],
    );
  });

  it("offers the launch attributes that the adapter checks, with their texts", () => {
    const { properties, required } = launchJsonSchema() as { properties: Record<string, unknown>; required: unknown };
    const { noDebug, ...offered } = properties;
    assert.ok(noDebug, "set by VS Code itself");
    assert.deepEqual(contributes.debuggers[0].configurationAttributes.launch, { required, properties: offered });
  });

  it("explains every setting, in order", () => {
    const all = Object.values(contributes.configuration.properties);
    assert.deepEqual(
      all.map(({ order }) => order),
      all.map((_, i) => i + 1),
    );
    for (const { markdownDescription } of all) assert.match(markdownDescription, /^%setting\./);
  });
});
