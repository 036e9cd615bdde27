import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { api, closeAll, openText, presentOf } from "./support";

describe("closing", () => {
  const living = new Set<Worker>();
  let started = 0;
  const hear = (message: unknown) => {
    const { worker } = message as { worker: Worker }; // as Node documents this channel
    living.add(worker);
    started++;
    worker.once("exit", () => living.delete(worker));
  };

  before(() => subscribe("worker_threads", hear));
  after(async () => {
    unsubscribe("worker_threads", hear);
    await closeAll();
  });

  it("leaves no thread behind", async () => {
    const { runner } = await api();
    // What other tests left belongs to an engine that is let go of here; the next run has a new one.
    await runner.dispose();
    const layer = '{ "input": {"random": [1, 32, 64, 64]}, "weight": {"random": [32, 32, 3, 3]} }';
    await openText("threads.conv.json", layer);
    await vscode.commands.executeCommand("conv.runLayer");
    const { run } = await presentOf("threads");
    // Of a layer of this size the host is one of the threads.
    assert.equal(started, run.timing.threads - 1);
    assert.equal(living.size, started);
    await runner.dispose();
    assert.equal(living.size, 0);
  });
});
