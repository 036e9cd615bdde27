import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Which rooms a room may import from. Everything not listed is forbidden: directions are without cycles. */
const rooms = {
  base: [],
  colour: [],
  tensor: ["base"],
  literals: ["base", "tensor"],
  conv: ["base", "tensor"],
  engine: ["base", "tensor", "conv"],
  trace: ["base", "tensor", "conv"],
  formats: ["base", "tensor", "conv"],
  paused: ["base", "tensor", "conv", "formats"],
  diagnose: ["base", "tensor", "conv"],
  export: ["base", "tensor", "conv", "formats", "diagnose"],
  session: ["base", "tensor", "conv", "engine", "trace", "formats", "diagnose"],
  protocol: ["base", "tensor", "conv", "trace"],
  debug: ["base", "tensor", "conv", "engine", "trace", "formats", "diagnose", "session"],
  panel: ["base", "tensor", "conv", "engine", "trace", "formats", "diagnose", "session", "protocol"],
  compare: ["base", "tensor", "diagnose", "protocol", "panel"],
  report: ["base", "tensor", "conv", "trace", "diagnose", "protocol", "panel"],
  editor: [
    "base",
    "colour",
    "tensor",
    "literals",
    "conv",
    "engine",
    "trace",
    "formats",
    "diagnose",
    "export",
    "session",
    "paused",
    "compare",
    "report",
  ],
};
/** The rooms within `trace`, likewise. */
const traceRooms = {
  order: [],
  listing: ["order"],
  expression: ["order"],
  replay: ["order"],
  moment: ["order", "expression", "replay"],
  search: ["order", "expression", "replay", "moment"],
};
const webviewMayImport = ["base", "colour", "protocol", "tensor", "conv", "trace"];
const everyRoom = Object.keys(rooms);

/** Matches `../room/…` and `../../src/room/…` for each forbidden room. */
const forbid = (names, reason) =>
  names.map((name) => ({ regex: `^(\\.\\./)+(src/)?${name}/`, message: `${reason} may not import ${name}` }));

const vscodeRooms = ["compare", "editor", "panel", "report"];
/** The host's edge: the only files of src that may touch the machine. */
const nodeFiles = [
  "src/cli.ts",
  "src/extension.ts",
  "src/engine/machine.ts",
  "src/engine/pool.ts",
  "src/engine/worker.ts",
  "src/base/nodeFiles.ts",
];

const othersThan = (room, of) => Object.keys(of).filter((other) => other !== room && !of[room].includes(other));

const roomRule = (room, files, within = []) => ({
  files,
  ignores: room === "debug" ? ["src/debug/register.ts"] : [],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...forbid(othersThan(room, rooms), room),
          ...within,
          { regex: "/webview/", message: "src never imports webview" },
          ...(vscodeRooms.includes(room) ? [] : [{ regex: "^vscode$", message: `${room} must run without VS Code` }]),
          { regex: "^node:", message: "the machine is reached only at the host's edge" },
        ],
      },
    ],
  },
});

const roomRules = [
  ...everyRoom.map((room) => roomRule(room, [`src/${room}/**/*.ts`])),
  // The last rule for a file is the one that counts: these hold all of trace's own as well.
  ...Object.keys(traceRooms).map((room) =>
    roomRule("trace", [`src/trace/${room}/**/*.ts`], forbid(othersThan(room, traceRooms), `trace/${room}`)),
  ),
];

export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "dist",
      "out",
      "coverage",
      ".vscode-test",
      "src/engine/kernels",
      "**/*.generated.*",
      "samples",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.mjs"] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "import-x/no-cycle": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  ...roomRules,
  { files: nodeFiles, rules: { "no-restricted-imports": "off" } },
  {
    files: ["webview/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...forbid(
              everyRoom.filter((room) => !webviewMayImport.includes(room)),
              "webview",
            ),
            { regex: "^(node:|vscode$)", message: "the webview is a browser" },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.{mjs,cjs}", "test/**/*.ts"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console",
          "process",
          "URL",
          "Buffer",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "fetch",
          "AbortSignal",
        ].map((name) => [name, "readonly"]),
      ),
    },
    rules: { "no-console": "off", "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["**/*.{mjs,cjs}"], extends: [tseslint.configs.disableTypeChecked] },
  {
    // VS Code takes such a file as an extension as it is.
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
