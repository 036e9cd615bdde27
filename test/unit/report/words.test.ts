import assert from "node:assert/strict";
import { explain } from "../../../src/diagnose/explain";
import { checkGradients } from "../../../src/diagnose/gradcheck";
import { Engine } from "../../../src/engine/engine";
import { GradientsReport } from "../../../src/report/gradients";
import { MismatchReport } from "../../../src/report/mismatch";
import { Planted } from "../diagnose/planted";
import { assets, buildIfStale } from "../engine/assets";

describe("reports of bugs planted by PyTorch and NumPy", () => {
  const table = new Planted("causes");
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets });
  });
  after(() => engine.dispose());

  async function mismatch(layer: string, cause: string, given: string) {
    const one = table.find(layer, cause, given);
    const run = await engine.run(table.inputs(one));
    const expected = table.given(one);
    const report = new MismatchReport(run, expected, await explain(run, expected, (inputs) => engine.run(inputs)));
    return { run, expected, report, words: report.report(layer, "", () => null) };
  }

  it("show the difference from what PyTorch gave, and nothing of it with the cause", async () => {
    const { run, expected, report } = await mismatch("wide", "kernel-flipped", "dx");
    for (const tensor of ["out", "dx", "dW"] as const) {
      const seen = (await report.seen(0, tensor))!; // it explains all three
      const [now, then] = seen.pictures;
      const { data } = expected[tensor]!; // given in this case
      const own = run.tensors[tensor].data;
      for (let i = 0; i < data.length; i++) assert.equal(now.at(i), own[i] - data[i]);
      assert.ok(data.every((value, i) => Math.abs(then.at(i)!) <= 1e-4 * Math.max(1, Math.abs(value))));
      const errors = Array.from(data, (_, i) => Math.abs(now.at(i)!));
      assert.equal(
        errors[now.worst],
        errors.reduce((a, b) => Math.max(a, b)),
      );
    }
    assert.equal(await report.seen(0, "db"), null, "which is right as it is");
    assert.equal(await report.seen(1, "out"), null, "there is one answer");
  });

  it("show the numbers themselves where the size is another one", async () => {
    const { expected, report, words } = await mismatch("plain", "padding-missing", "out");
    assert.equal(await report.seen(-1, "out"), null);
    const { shape, measure, pictures } = (await report.seen(0, "out"))!; // explained
    assert.deepEqual([shape, measure], [[2, 4, 5, 5], "value"]);
    const { data } = expected.out!; // given in this case
    assert.ok(data.every((value, i) => pictures[0].at(i) === value));
    assert.ok(data.every((value, i) => Math.abs(pictures[1].at(i)! - value) <= 1e-4));
    assert.deepEqual(words.answers[0].names, [
      ["no padding"],
      ["half of the padding"],
      ["padding smaller by one on every side"],
    ]);
    assert.equal(words.headline, "The expected out was made with no padding");
  });

  it("say that nothing fits, with what differs", async () => {
    const none = table.cases.find(({ layer, causes }) => layer === "plain" && causes.length === 0)!; // there are 20
    const run = await engine.run(table.inputs(none));
    const report = new MismatchReport(
      run,
      table.given(none),
      await explain(run, table.given(none), (inputs) => engine.run(inputs)),
    );
    const { headline, mood, answers, results } = report.report("plain", "", () => null);
    assert.deepEqual([headline, mood, answers.length], ["No hypothesis fits out", "open", 0]);
    assert.match(results[0].verdict, /^differs by up to [\d.]+, and rounding explains up to [\d.]+e−5$/);
    assert.equal(results[0].places.length, 1);
  });

  it("say that all is as expected, or by rounding only", async () => {
    const inputs = table.inputs({ layer: "plain" });
    const run = await engine.run(inputs);
    const { out, db } = run.tensors;
    const words = async (expected: Parameters<typeof explain>[1]) =>
      new MismatchReport(run, expected, await explain(run, expected, (other) => engine.run(other))).report(
        "",
        "",
        () => null,
      );
    assert.equal((await words({ out, db })).headline, "out and db are exactly as expected");
    const near = { ...out, data: out.data.map((value) => value * (1 + 2 ** -22)) };
    const { headline, mood } = await words({ out: near });
    assert.deepEqual([headline, mood], ["out differs by rounding only", "good"]);
  });

  it("say which gradients are wrong, and show by how many times what rounding explains", async () => {
    const one = table.find("plain", "dW-batch-mean", "dW");
    const inputs = table.inputs(one);
    const { dx, dW, db } = (await engine.run(inputs)).tensors;
    const checks = await checkGradients(inputs, table.given(one), (other) => engine.run(other));
    const report = new GradientsReport(checks, { dx: dx.shape, dW: dW.shape, db: db.shape });
    const { headline, results } = report.report("plain");
    assert.equal(headline, "The expected dW is wrong; this layer's is right");
    assert.deepEqual(
      results.map(({ tensor, mood }) => [tensor, mood]),
      [
        ["dx", "good"],
        ["dW", "open"],
        ["db", "good"],
      ],
    );
    const [own, given] = report.seen("dW")!.pictures; // just checked
    const { data } = table.given(one).dW!; // given in this case
    for (let i = 0; i < data.length; i++) {
      assert.ok(Math.abs(own.at(i)!) <= 1, "rounding explains it");
      // Half of it was expected: the mean over a batch of two.
      assert.equal(Math.sign(given.at(i)!), Math.sign(dW.data[i] - data[i]));
      if (data[i] !== 0) assert.ok(Math.abs(given.at(i)!) > 1);
    }
    assert.equal(results[1].places.length, 8);
  });
});
