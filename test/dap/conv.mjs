// `conv dap` as one file without arguments, which is what the protocol's test client can start.
import { createRequire } from "node:module";

process.argv.push("dap");
createRequire(import.meta.url)("../../dist/cli.js");
