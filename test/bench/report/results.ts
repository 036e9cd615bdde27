// RESULTS.md: everything that was measured, and how.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { type ContestantName, contestantNames, contestants } from "../contestants";
import { SLOW_ROUNDS } from "../measure/rounds";
import type { Measurements } from "../record";
import { chart } from "./chart";
import { crossingTable, goalTable, memoryTable, rateTable, smallTable, table, wallTable } from "./tables";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const methodOf = ({
  threads,
  turn,
}: Measurements) => `Every engine runs in a process of its own, on the same seeded float32 numbers, with ${threads} threads. Before anything is timed, its
results are compared with ours; a difference beyond rounding ends the benchmark. Then there are rounds: in each, every engine takes one turn,
in an order drawn anew, one after the other. A turn is: garbage is collected; runs that are not timed, for ${turn.untimedMs} ms, wake the threads, the
processor's clock and the caches (and last until a virtual machine has a core for each of its processors: for up to 200 ms after a rest one
thread of the micro-kernel alone had 35 of its 57 GFLOP/s, on and off); then as many runs as fit in ${turn.timedMs} ms, at least one and at most ${turn.most}, are timed, and their median counts.
The next turn waits until the last engine's process has come to rest, because waiting threads spin, each library's in its own way; spinning is
left as it is, but OpenBLAS's ends after some 6 ms (OPENBLAS_THREAD_TIMEOUT=24). A ratio is the median over the rounds of the ratios within each
round; rounds in which other processes took more than 5 % of the machine are left out. Before the rounds every engine has warmed up for at least
five runs and 200 ms.

GFLOP/s count a multiply-add as two; backward is dx, dW and db together and counts as twice the forward pass.
What the times contain:

- this engine: its own \`timing\`. Forward: x, W and b are copied into the WASM memory, out is computed there and copied out; backward: the same
  for dout, and dx, dW and db. The results' arrays are new in each run. A call computes both passes; the whole of it, with checking, planning
  and making those arrays, is in a table above;
- onnxruntime-web: \`session.run\`, which copies x into its WASM memory and out into a new array; W and b are in the model;
- onnxruntime-node: \`session.run\` on an input tensor where it stands; W and b are in the model; out is a new tensor;
- tfjs: \`fused.conv2d\` or \`fused.depthwiseConv2d\` with bias on NHWC tensors that are in its WASM memory already, and \`dataSync\`, which copies
  out from there. tfjs starts threads only in browsers and at most one for two cores: it is told that it may, and that there are enough;
- NumPy: the layer as the textbook writes it (Deep Learning from Scratch: \`col\` filled tap by tap, \`np.dot\`, \`col2im\`), in float32 or in float64
  throughout, on arrays that are there, out, dx, dW and db new in each run. Backward finds \`col\` of the forward pass in memory. The goals name this
  layer. "Fastest spelling" is, for each layer and pass, the fastest of it and two more: \`col\` as a copy of a strided view (cs231n), and image
  after image (Caffe). There is no depthwise layer;
- PyTorch: \`conv2d\` under \`no_grad\`; \`autograd.grad\` over a graph made beforehand; tensors are there, results are new;
- plain loops: inputs and results are there, nothing is copied; one run is a turn, in the first ${SLOW_ROUNDS} rounds only;
- micro-kernel: the engine's own inner loop on panels in the first-level cache, K = 256, one thread, times the number of threads.`;

function sections(m: Measurements): readonly string[] {
  const { machine } = m;
  const versions = contestantNames.flatMap((name) => {
    const version = m.versions[name];
    return version === undefined ? [] : [`- ${contestants[name].title}: ${version}`];
  });
  const ways = m.layers.map(({ layer, notes }) => [layer, notes.numpyFastest ?? "–", notes.numpyFastest64 ?? "–"]);
  return [
    `# How fast it is`,
    `${m.date}, commit ${m.commit}, \`${m.command}\`.\n${machine.processor}, ${machine.cores} cores (${machine.vectors}); ${machine.system}; Node ${machine.node}; ${m.threads} threads.`,
    `## Goals`,
    goalTable(m),
    smallTable(m),
    `## Forward, GFLOP/s`,
    rateTable(m, "forward"),
    `## Backward, GFLOP/s`,
    rateTable(m, "backward"),
    `## The whole call`,
    wallTable(m),
    `## Memory`,
    `Peak of a fresh process beyond x, W, b, out, dout, dx, dW and db, and beyond what its threads and their code had taken before the run: a miniature of
the layer had been computed by another engine, since disposed of, so that the code was compiled.`,
    memoryTable(m),
    `## When threads are worth waking`,
    `Wall clock of the whole call, forward and backward.`,
    crossingTable(m),
    `## How it was measured`,
    methodOf(m),
    versions.join("\n"),
    `NumPy's spellings with their milliseconds before the rounds, forward / backward. Slices is the textbook layer; the first of each was measured as the fastest spelling:`,
    table(["layer", "float32", "float64"], ways),
  ];
}

export const resultsText = (m: Measurements) => sections(m).join("\n\n");

/** Writes test/bench/RESULTS.md and media/bench.svg. */
export async function writeResults(m: Measurements): Promise<void> {
  writeFileSync(path("RESULTS.md"), await format(resultsText(m), { parser: "markdown", printWidth: 120 }));
  writeFileSync(path("../../media/bench.svg"), chart(m));
}

/** What the terminal shows at the end. */
export function summary(m: Measurements): string {
  const names: readonly ContestantName[] = contestantNames.filter((name) => name in m.versions);
  const parts = [
    `Forward, GFLOP/s (${names.length} engines, ${m.threads} threads)`,
    rateTable(m, "forward"),
    "Backward, GFLOP/s",
    rateTable(m, "backward"),
    wallTable(m),
    memoryTable(m),
    crossingTable(m),
    goalTable(m),
    smallTable(m),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}
