import assert from "node:assert/strict";
import type { RunInputs } from "../../../src/conv/run";
import { explain } from "../../../src/diagnose/explain";
import { bisect } from "../../../src/diagnose/stages/bisect";
import { Engine } from "../../../src/engine/engine";
import type { Layer } from "../../../src/formats/loadLayer";
import { MismatchReport } from "../../../src/report/mismatch";
import { figure } from "../../../src/report/words";
import { Planted, fixture, float32 } from "../diagnose/planted";
import { assets, buildIfStale } from "../engine/assets";
import { readNpz } from "../golden/npz";

describe("a report on stages", () => {
  const planted = new Planted("causes");
  const stages = readNpz(fixture("stages.npz"));
  const step = (key: string) => float32(stages[key]);
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets });
  });
  after(() => engine.dispose());

  const reported = async (intermediates: Layer["intermediates"], expected: Layer["expected"] = {}, layer = "bare") => {
    const run = await engine.run(planted.inputs({ layer }));
    const compute = (inputs: RunInputs) => engine.run(inputs);
    const diagnosis = await explain(run, expected, compute);
    const report = new MismatchReport(run, expected, diagnosis, await bisect(run, intermediates, diagnosis, compute));
    const text = report.report(layer, "", (changes) => (changes.length === 0 ? null : JSON.stringify(changes)));
    return { report, ...text };
  };
  const verdicts = ({ stages: found }: Awaited<ReturnType<typeof reported>>) =>
    found.map(({ stage, verdict, mood, first }) => `${stage} ${verdict}, ${mood}${first ? ", first" : ""}`);

  it("works with steps alone, and says that none differs", async () => {
    const all = await reported({ col: step("bare.col.right-unfold"), product: step("bare.product.right-transposed") });
    assert.match(all.headline, /^No stage differs/);
    assert.equal(all.mood, "good");
    assert.deepEqual(all.stages[0], {
      stage: "col",
      verdict: "equal",
      mood: "good",
      layout: "n × (c, ky, kx) × (oy, ox)",
      first: false,
    });
    assert.deepEqual([all.stages[1].layout, all.answers, all.sections], ["f × (n, oy, ox)", [], []]);
  });

  it("names the first that differs; what differs after it may do so because of it", async () => {
    const all = await reported(
      { col: step("bare.col.col-nyx-klc"), product: step("bare.product.weight-read-as-OHWI") },
      { out: step("bare.out.weight-read-as-OHWI") },
    );
    assert.deepEqual([all.headline, all.mood], ["col is the first stage that differs", "explained"]);
    assert.deepEqual(verdicts(all), [
      "col differs, explained, first",
      "product differs, explained",
      "out differs, explained",
    ]);
    // However the axes are grouped, one order is one cause.
    assert.deepEqual(all.answers[0].names, [
      ["col laid out as (n, oy, ox) × (ky, kx, c) instead of (n, oy, ox) × (c, ky, kx)"],
    ]);
    // The evidence of a result is with its own answers, after those of the steps.
    const of = all.answers.findIndex(({ explains }) => explains.includes("out"));
    assert.ok(of > 0);
    assert.equal((await all.report.seen(of, "out"))?.pictures.length, 2);
    assert.deepEqual([await all.report.seen(0, "out"), all.report.changes(0)], [null, []]);
    assert.deepEqual([await all.report.seen(0, "product"), all.report.changes(-1)], [null, []]);
    assert.equal((await all.report.seen(-1, "out"))?.pictures.length, 1);
    assert.deepEqual(
      all.answers.map(({ explains, setting }) => `${explains.join()} ${setting}`),
      ["col null", "product null", "product null", "out null", "out null"],
    );
  });

  it("shows the difference of a step, and what remains of it with the cause", async () => {
    const [right, given] = [step("bare.col.right").data, step("bare.col.channels-reversed")];
    const { report, answers } = await reported({ col: given });
    const seen = (await report.seen(0, "col"))!; // it is explained
    const [now, then] = seen.pictures;
    assert.deepEqual(
      [seen.shape, seen.measure, now.label, then.label],
      [[90, 16], "difference", "here − expected", "with it − expected"],
    );
    const differences = [...right].map((value, i) => value - given.data[i]);
    assert.deepEqual(
      differences.map((_, i) => now.at(i)),
      differences,
    );
    assert.ok(differences.every((_, i) => then.at(i) === 0));
    const largest = Math.max(...differences.map(Math.abs));
    assert.equal(Math.abs(differences[now.worst]), largest);
    assert.deepEqual([now.words, then.words], [`off by ${figure(largest)}`, "nothing remains"]);
    assert.equal(answers[0].remains, "Explains col: nothing remains.");
  });

  it("shows the product by the elements of out that it becomes, and what a rounding remains", async () => {
    const { report, answers } = await reported({ product: step("bare.product.input-divided-by-255") });
    const seen = (await report.seen(0, "product"))!; // it is explained
    assert.deepEqual(seen.shape, [3, 5, 5, 6]);
    assert.match(seen.pictures[1].words, /^at most [^ ]+ remains, within rounding$/);
    assert.match(answers[0].remains, /^Explains product: what remains is [^ ]+, within rounding, which explains up to/);
    // What differs can be seen without a cause, too.
    const alone = (await report.seen(-1, "product"))!;
    assert.deepEqual([alone.shape, alone.pictures.length], [seen.shape, 1]);
  });

  it("shows the numbers of a step of another size, and says which setting gives it", async () => {
    const given = step("plain.col.padding-missing");
    const { report, answers } = await reported({ col: given }, {}, "plain");
    const at = answers.findIndex(({ names }) => names.flat().includes("no padding"));
    const seen = (await report.seen(at, "col"))!; // it is explained
    assert.deepEqual([seen.shape, seen.measure], [[50, 27], "value"]);
    for (const { at } of seen.pictures) given.data.forEach((value, i) => assert.equal(at(i), value));
    assert.equal(await report.seen(-1, "col"), null);
    const unpadded = '[{"key":"padding","value":[[0,0],[0,0]]}]';
    assert.deepEqual([answers[at].setting, JSON.stringify(report.changes(at))], [unpadded, unpadded]);
  });

  it("says which setting a step was made with, in the same size", async () => {
    const reflected = {
      col: step("plain.col.padding-mode-reflect"),
      product: step("plain.product.padding-mode-reflect"),
    };
    const { answers } = await reported(reflected, {}, "plain");
    assert.deepEqual(
      answers.map(({ explains, setting }) => [explains, setting]),
      [
        [["col"], '[{"key":"paddingMode","value":"reflect"}]'],
        [["product"], '[{"key":"paddingMode","value":"reflect"}]'],
      ],
    );
  });

  it("says so where nothing fits a step, or where it has another size", async () => {
    const odd = await reported({ col: step("bare.col.unexplained") });
    assert.deepEqual([odd.mood, odd.remarks], ["open", ["No hypothesis fits col."]]);
    assert.deepEqual(verdicts(odd), ["col differs, open, first"]);
    const small = await reported({ col: step("plain.col.padding-missing") }, {}, "plain");
    assert.equal(small.results[0].verdict, "another size: 98×27 here, 50×27 given");
    assert.deepEqual([small.stages[0].layout, small.results[0].places], [null, []]);
    assert.ok(small.answers.some(({ names }) => names.flat().includes("no padding")));
  });
});
