import assert from "node:assert/strict";
import type { Foretold, Shown, TileRequest } from "../../../src/protocol/messages";
import { planePicture } from "../../../src/protocol/picture";
import { Session } from "../../../src/session/session";
import { panel, smallRun } from "./support";

describe("Foretelling", () => {
  const rect = { top: 0, left: 0, bottom: 4, right: 4 };

  /** A page that has asked for something of everything, and is then shown the run of an edited layer. */
  async function edited() {
    const { ask, host, session, events } = panel();
    const { run } = await ask<Shown>("ready");
    const reads = (id: number) =>
      [
        ["tile", { run: id, picture: planePicture("out", 0, 1), step: session.trace.total - 1, rect, level: 0 }],
        ["tile", { run: id, picture: planePicture("x", 0, 0), step: session.trace.total - 1, rect, level: 0 }],
        ["strip", { run: id, step: session.step, from: 0, count: 8 }],
        ["element", { run: id, tensor: "out", offset: 5, step: session.step, largest: 3 }],
        ["summary", { run: id, tensor: "out" }],
      ] as const;
    for (const [name, about] of reads(run!.id)) await ask(name, about);
    const show = (shown: Session) => {
      host.show({ session: shown, title: "edited", notes: [] });
      const [name, last] = events().at(-1) as [string, Shown];
      assert.equal(name, "show");
      return last;
    };
    return { ask, session, reads, show };
  }

  it("answers with the run of an edit what its page will ask for, as it would if asked", async () => {
    const { ask, session, reads, show } = await edited();
    session.setRun(smallRun({}, (x) => (x[0] += 3)));
    const { run, foretold } = show(session);
    const asked: Foretold[] = [];
    for (const [request, about] of reads(run!.id)) asked.push({ request, about, answer: await ask(request, about) });
    assert.ok(asked.every(({ answer }) => answer !== null));
    const sorted = (all: readonly Foretold[]) =>
      all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    assert.deepEqual(sorted(foretold), sorted(asked));
  });

  it("leaves out what is out of the new run's bounds", async () => {
    const { session, show } = await edited();
    session.setRun(smallRun({ stride: 2 }));
    const requests = show(session).foretold.map(({ request, answer }) => [request, answer !== null]);
    assert.ok(requests.length > 0 && requests.length < 5);
    assert.ok(requests.every(([, known]) => known));
  });

  it("forgets what was asked of the same picture at another step or level, and keeps other tiles of it", async () => {
    const { ask, session, show } = await edited();
    const { run } = await ask<Shown>("ready");
    const [picture, step] = [planePicture("out", 0, 1), session.trace.total - 1];
    const parts = [rect, { ...rect, bottom: 2 }];
    for (const part of parts) await ask("tile", { run: run!.id, picture, step, rect: part, level: 1 });
    session.setRun(smallRun({}, (x) => (x[0] += 3)));
    const of = show(session).foretold.map(({ about }) => about as Partial<TileRequest>); // as they were asked
    const tiles = of.filter((about) => about.picture?.tensor === "out");
    assert.deepEqual(new Set(tiles.map((about) => about.rect)), new Set(parts));
    assert.deepEqual(new Set(tiles.map(({ level }) => level)), new Set([1]));
  });

  it("knows nothing of what will be asked of another layer", async () => {
    const { show } = await edited();
    assert.deepEqual(show(new Session(smallRun())).foretold, []);
  });
});
