// The process of one engine: answers commands on standard input by lines on standard output.   serve.ts NAME THREADS
import { createInterface } from "node:readline";
import { type Command, type Turn } from "../protocol";
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

async function perform(peer: Peer, command: Command): Promise<unknown> {
  switch (command.do) {
    case "load":
      return peer.load(command.geometry, await readInputs(command.folder));
    case "warm": {
      let turn: Turn = {};
      const started = performance.now();
      for (let i = 0; i < command.least || performance.now() - started < command.ms; i++) turn = await peer.turn();
      return turn;
    }
    case "turn":
      // What earlier turns have left is not collected in the middle of this one.
      globalThis.gc?.();
      await peer.turn();
      return peer.turn();
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
