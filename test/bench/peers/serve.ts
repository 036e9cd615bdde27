// The process of one engine: answers commands on standard input by lines on standard output.   serve.ts NAME THREADS
import { createInterface } from "node:readline";
import type { Command, Times } from "../protocol";
import { median } from "../statistics";
import { readInputs, writeTensors } from "../tensors";
import type { Peer } from "./peer";

/** Only the engine that is asked for is loaded. */
const peers: Readonly<Record<string, (threads: number) => Promise<Peer>>> = {
  engine: async (threads) => (await import("./engine")).enginePeer("float32", "fast", threads),
  reproducible: async (threads) => (await import("./engine")).enginePeer("float32", "reproducible", threads),
  engine64: async (threads) => (await import("./engine")).enginePeer("float64", "fast", threads),
  microKernel: async () => (await import("./microKernel")).microKernelPeer(),
  plain: async () => (await import("./plainLoops")).plainPeer(),
  ortWeb: async (threads) => (await import("./ort")).ortWebPeer(threads),
  ortNode: async (threads) => (await import("./ort")).ortNodePeer(threads),
  tfjs: async (threads) => (await import("./tfjs")).tfjsPeer(threads),
};

/** Runs as long as it `goesOn`, which is told how many are done and the milliseconds that they took together. */
async function runs(peer: Peer, goesOn: (done: number, ms: number) => boolean): Promise<readonly Times[]> {
  const times: Times[] = [];
  const started = performance.now();
  while (goesOn(times.length, performance.now() - started)) times.push(await peer.run());
  return times;
}

function medians(times: readonly Times[]): Times {
  // The keys of the first are those of all.
  const names = Object.keys(times[0]) as readonly (keyof Times)[];
  return Object.fromEntries(names.map((name) => [name, median(times.flatMap((each) => each[name] ?? []))]));
}

async function perform(peer: Peer, command: Command): Promise<unknown> {
  switch (command.do) {
    case "load":
      return peer.load(command.geometry, await readInputs(command.folder));
    case "warm":
      return (await runs(peer, (done, ms) => done < command.least || ms < command.ms)).at(-1);
    case "turn":
      // What earlier turns have left is not collected in the middle of this one.
      globalThis.gc?.();
      await runs(peer, (_, ms) => ms < command.untimedMs);
      return medians(
        await runs(peer, (done, ms) => done === 0 || (done < command.most && ms + ms / done <= command.timedMs)),
      );
    case "results":
      return writeTensors(command.folder, peer.results());
  }
}

async function serve(name: string, threads: number): Promise<void> {
  const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
  try {
    const peer = await peers[name](threads);
    answer({ version: peer.version });
    for await (const line of createInterface({ input: process.stdin }))
      // The other end is ours; its lines are commands.
      answer((await perform(peer, JSON.parse(line) as Command)) ?? {});
    process.exit(0);
  } catch (error) {
    answer({ error: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) });
    process.exit(1);
  }
}

void serve(process.argv[2], Number(process.argv[3]));
