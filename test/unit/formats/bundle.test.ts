import assert from "node:assert/strict";
import { build } from "esbuild";

describe("formats: bundle", () => {
  it("goes into a browser as it is, without anything from outside", async () => {
    const { metafile, errors, warnings } = await build({
      stdin: {
        contents: ["formats", "loadLayer", "layerFile", "schema"]
          .map((name) => `export * from "./src/formats/${name}";`)
          .join("\n"),
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: "browser",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    assert.deepEqual([errors, warnings], [[], []]);
    const inputs = Object.keys(metafile.inputs);
    assert.ok(inputs.includes("src/formats/loadLayer.ts"));
    assert.deepEqual(
      inputs.filter((name) => /^node:|nodeFiles/.test(name)),
      [],
    );
    assert.deepEqual(
      Object.values(metafile.outputs).flatMap(({ imports }) => imports),
      [],
    );
  });
});
