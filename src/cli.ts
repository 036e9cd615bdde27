#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { ConvError, messageOf } from "./base/errors";
import { checkGradientsCommand } from "./cli/checkGradients";
import { compareCommand } from "./cli/compare";
import { dapCommand } from "./cli/dap";
import { dapHelp, explainHelp, runHelp, traceHelp } from "./cli/help";
import { explainCommand } from "./cli/explain";
import { exportCommand } from "./cli/export";
import { runCommand } from "./cli/run";
import { shrinkCommand } from "./cli/shrink";
import { traceCommand } from "./cli/trace";

/** 0 done; 1 ran, and a comparison failed; 2 bad usage or bad input; 130 interrupted; 141 the reader of the output went away. */
const exitStatus = { done: 0, failed: 1, bad: 2, interrupted: 130, brokenPipe: 141 } as const;

/** Each command prints its result and says whether everything that it compared was equal. */
export type CommandResult = Promise<{ readonly ok: boolean }>;

const program = new Command("conv")
  .description(
    "Run a convolution layer, step through it, and compare its results. LAYER is a .conv.json file, or - for standard input.",
  )
  .version(process.env.CONV_VERSION ?? "")
  .exitOverride()
  .configureOutput({ outputError: () => undefined, writeErr: () => undefined }); // said by `fail`, in one line

const collect = (value: string, all: string[] = []) => [...all, value];
let result = { ok: true };
const finishing =
  <T extends unknown[]>(command: (...args: T) => CommandResult) =>
  async (...args: T) => {
    result = await command(...args);
  };

program
  .command("run")
  .description("run the layer forward and backward; print the shape flow and the statistics of every tensor")
  .argument("<layer>")
  .option("--set <key=value>", "override a key of the layer file: --set stride=2,1 (repeatable)", collect)
  .option("--out <file>", "write x W b out dout dx dW db to an .npz")
  .option("--col", "write col and dcol as well")
  .option("--threads <n>", "worker threads (default: the number of cores, at most 8)")
  .option("--memory <size>", "how much memory a run may take, such as 6G (default: half of the machine's)")
  .option(
    "--arithmetic <kind>",
    "fast (fused multiply-add where the machine has it) or reproducible (the same bits everywhere)",
  )
  .option("--json", "print one JSON object")
  .addHelpText("after", runHelp)
  .action(finishing(runCommand));

program
  .command("trace")
  .description("the full state at one step of the run")
  .argument("<layer>")
  .option("--at <step>", "the step, from 0")
  .option("--find <expression>", 'the next step at which the condition holds: "isnan(acc)"')
  .option("--from <step>", "where the search starts (default: the beginning; with --back the end)")
  .option("--back", "search backwards")
  .option("--set <key=value>", "override a key of the layer file (repeatable)", collect)
  .option("--threads <n>", "worker threads")
  .option("--memory <size>", "how much memory a run may take")
  .option("--arithmetic <kind>", "fast or reproducible")
  .option("--json", "print one JSON object")
  .addHelpText("after", traceHelp)
  .action(finishing(traceCommand));

program
  .command("compare")
  .description("compare two tensors: a file, or archive.npz#key")
  .argument("<actual>")
  .argument("<expected>")
  .option("--rtol <number>", "relative tolerance (default: by dtype, as torch.testing.assert_close)")
  .option("--atol <number>", "absolute tolerance")
  .option("--json", "print one JSON object")
  .action(finishing(compareCommand));

/** A command that looks into a layer that was run. */
const looking = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .argument("<layer>")
    .option("--set <key=value>", "override a key of the layer file (repeatable)", collect)
    .option("--threads <n>", "worker threads")
    .option("--memory <size>", "how much memory a run may take")
    .option("--json", "print one JSON object");

looking("explain", "why out, dx, dW or db differ from the layer file's `expected`, and what to write instead")
  .option("--col <file>", "your im2col, in any layout: the first stage that differs is named")
  .option("--product <file>", "your product of col and W, before bias and reshape")
  .option("--dcol <file>", "your dcol, before col2im")
  .addHelpText("after", explainHelp)
  .action(finishing(explainCommand));

looking(
  "check-gradients",
  "dx, dW and db in float64 against differences of the forward pass; expected ones element by element",
).action(finishing(checkGradientsCommand));

program
  .command("export")
  .description(
    "Python that computes this layer on these tensors, forward and backward; ONNX: the model, and the lines that run it",
  )
  .argument("<layer>")
  .requiredOption("--as <framework>", "numpy, pytorch, tensorflow or onnx")
  .option("-o, --out <file>", "write it there, with large tensors as .npy files beside it; FILE.onnx: the model alone")
  .option("--set <key=value>", "override a key of the layer file (repeatable)", collect)
  .option("--json", "print one JSON object")
  .action(finishing(exportCommand));

looking(
  "shrink",
  "the smallest part that differs from `expected` as the whole does, as a folder with a test that fails",
)
  .requiredOption("-o, --out <folder>", "where the folder is made")
  .action(finishing(shrinkCommand));

program
  .command("dap")
  .description("a debug adapter over standard input and output, for editors that speak the Debug Adapter Protocol")
  .option("--threads <n>", "worker threads")
  .option("--memory <size>", "how much memory a run may take")
  .option("--arithmetic <kind>", "fast or reproducible")
  .addHelpText("after", dapHelp)
  .action(finishing(dapCommand));

/** One line on standard error, whatever happened. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitStatus.done;
    const hint = error.code === "commander.help" ? "no command given" : messageOf(error).replace(/^error: /, "");
    process.stderr.write(`conv: ${hint}. See conv --help\n`);
    return exitStatus.bad;
  }
  if (error instanceof ConvError && error.code === "cancelled") return exitStatus.interrupted;
  process.stderr.write(`conv: ${messageOf(error)}\n`);
  return exitStatus.bad;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`conv: the output cannot be written: ${messageOf(error)}\n`);
  process.exit(error.code === "EPIPE" ? exitStatus.brokenPipe : exitStatus.bad);
});
process.once("SIGINT", () => process.exit(exitStatus.interrupted));

program.parseAsync().then(
  () => (process.exitCode = result.ok ? exitStatus.done : exitStatus.failed),
  (error: unknown) => (process.exitCode = fail(error)),
);
