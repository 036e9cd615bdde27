import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { Engine } from "../../src/engine/engine";
import { Planted, fixture, float32 } from "../unit/diagnose/planted";
import { assets, buildIfStale } from "../unit/engine/assets";
import { readNpz } from "../unit/golden/npz";
import { launch } from "./harness";
import { type WebviewBundle, webviewBundle } from "./panelPage";
import { type ReportPage, type ReportShown, explained, gradients, mismatch, openReport } from "./reportPage";
import { themeNames } from "./themes";

describe("the page that says why results differ", () => {
  const table = new Planted("causes");
  const steps = readNpz(fixture("stages.npz"));
  const step = (key: string) => float32(steps[key]);
  let browser: Browser;
  let bundle: WebviewBundle;
  let engine: Engine;
  let open: ReportPage | null = null;

  before(async () => {
    buildIfStale();
    engine = new Engine({ assets });
    [browser, bundle] = await Promise.all([launch(), webviewBundle("webview/report/main.ts")]);
  });
  after(async () => {
    await browser.close();
    await engine.dispose();
  });
  afterEach(async () => {
    const { problems = [], log = [] } = open ?? {};
    await open?.close();
    open = null;
    assert.deepEqual(problems, []);
    assert.deepEqual(log, []);
  });

  async function page(shown: ReportShown | null, more: Parameters<typeof openReport>[3] = {}): Promise<ReportPage> {
    open = await openReport(browser, bundle, shown, more);
    await open.settled();
    return open;
  }
  const planted = (layer: string, cause: string, given: string) =>
    mismatch(engine, table, table.find(layer, cause, given));
  /** Columns in the order (ky, kx, c) in col and in dcol, and the output that comes of them. */
  const staged = () =>
    explained(engine, table, {
      layer: "bare",
      expected: { out: step("bare.out.weight-read-as-OHWI") },
      intermediates: {
        col: step("bare.col.col-nyx-klc"),
        product: step("bare.product.weight-read-as-OHWI"),
        dcol: step("bare.dcol.dcol-nyx-klc"),
      },
    });
  const text = async (view: ReportPage, selector: string) =>
    (await view.page.locator(selector).first().innerText()).replace(/\s+/g, " ").trim();

  it("names the cause, shows the difference before and after it, and the lines that mend it", async () => {
    const view = await page(await planted("wide", "kernel-flipped", "dx"));
    assert.match(await text(view, "h1"), /^The expected out, dx and dW were made with the kernel flipped on both axes/);
    assert.match(await text(view, ".result[aria-label=db]"), /^db exactly as expected$/);
    const pictures = view.page.locator(".answer conv-heatmap");
    assert.equal(await pictures.count(), 2);
    assert.match(await text(view, ".answer figure:nth-child(2) .worst"), /nothing remains/);
    assert.match(
      await text(view, ".fixes"),
      /PyTorch W = W\.flip\(2, 3\) TensorFlow W = tf\.reverse\(W, \[0, 1\]\) NumPy/,
    );
    await view.page.getByRole("button", { name: "Copy the line for NumPy" }).click();
    await view.page.getByText("Copied").waitFor({ state: "attached" });
    await view.settled();
    assert.deepEqual(view.done.copied, ["W = W[:, :, ::-1, ::-1]"]);
    await view.page.getByRole("radio", { name: "dW" }).click();
    await view.settled();
    assert.match(await text(view, ".answer figcaption"), /^dW here − expected$/);
    await view.page.locator(".answer .worst .link").click();
    await view.settled();
    assert.deepEqual(view.done.gone, ["dW[3, 1, 1, 0]"]);
  });

  it("explains another size before any value, and applies the setting that gives it", async () => {
    const view = await page(await planted("plain", "padding-missing", "out"));
    assert.match(
      await text(view, ".result"),
      /^out another size: 2×4×7×7 here, 2×4×5×5 expected here height floor\(\(7 \+ 1 \+ 1 − 3\) \/ 1\) \+ 1 = 7/,
    );
    assert.match(await text(view, ".answer figure:nth-child(2) figcaption"), /^out this layer with it$/);
    assert.match(await text(view, ".adopt"), /"padding": 0$/);
    await view.page.locator("vscode-button", { hasText: "Apply to the layer file" }).click();
    await view.settled();
    assert.deepEqual(view.done.adopted, [0]);
  });

  it("shows ties as ties; the keyboard opens each, and a reload keeps them open", async () => {
    const view = await page(await planted("square", "filters-and-channels-exchanged", "out"));
    assert.equal(await text(view, "h1"), "3 explanations of out fit equally well");
    const heads = view.page.locator(".answer h3 button");
    assert.equal(await heads.count(), 3);
    for (const [at, open] of ["true", "false", "false"].entries())
      assert.equal(await heads.nth(at).getAttribute("aria-expanded"), open);
    await heads.nth(1).focus();
    await view.page.keyboard.press("Enter");
    await view.settled();
    assert.equal(await view.page.locator(".answer .fixes").count(), 2);
    await view.page.reload();
    await view.settled();
    assert.equal(await view.page.locator(".answer .fixes").count(), 2);
  });

  it("says that no hypothesis fits, and shows what differs all the same", async () => {
    const none = table.cases.find(({ layer, causes }) => layer === "plain" && causes.length === 0)!; // there are 20
    const view = await page(await mismatch(engine, table, none));
    assert.equal(await text(view, "h1"), "No hypothesis fits out");
    assert.equal(await view.page.locator(".answer").count(), 0);
    assert.equal(await view.page.locator(".result conv-heatmap").count(), 1);
    // A cell leads to the element: the first one of the plane in view.
    await view.page.locator(".result conv-heatmap canvas").press("Control+Home");
    await view.page.keyboard.press("Enter");
    await view.settled();
    assert.equal(view.done.gone.length, 1);
    assert.match(view.done.gone[0], /^out\[\d, \d, 0, 0\]$/);
  });

  it("shows the stages in the order of the algorithm, and which is the first that differs, and why", async () => {
    const view = await page(await staged());
    assert.equal(await text(view, "h1"), "col is the first stage that differs, and backward dcol");
    const stages = await view.page.locator(".stage").allInnerTexts();
    assert.deepEqual(
      stages.map((words) => words.replace(/\s+/g, " ").trim()),
      [
        "colim2col(x) differs first to differ read as (n, oy, ox) × (c, ky, kx)",
        "productcol · W differs read as (n, oy, ox) × f",
        "outproduct + b differs",
        "dbΣ dout not given",
        "dWcolᵀ · dout not given",
        "dcoldout · W differs first to differ read as (n, oy, ox) × (c, ky, kx)",
        "dxcol2im(dcol) not given",
      ],
    );
    assert.match(await text(view, ".answer"), /^col laid out as \(n, oy, ox\) × \(ky, kx, c\) instead of /);
    assert.match(await text(view, ".answer .remains"), /^Explains col: nothing remains\.$/);
    await view.page.getByRole("button", { name: "Copy the line for NumPy" }).first().click();
    await view.page.locator(".result[aria-label=col] .places .link").click();
    await view.page.locator(".result[aria-label=product] .places .link").click();
    await view.settled();
    assert.deepEqual(view.done.copied, [
      "col = col.reshape(3, 5, 6, 2, 2, 4).transpose(0, 1, 2, 5, 3, 4).reshape(90, 16)",
    ]);
    assert.match(view.done.gone[0], /^col\[\d+, \d+\]$/);
    assert.match(view.done.gone[1], /^out\[\d, \d, \d, \d\]$/);
    // What explains the result stands below. Of four channels and four cells, either order may be the wrong one.
    const sections = await view.page.locator("section:has(.answer)").all();
    assert.deepEqual(await Promise.all(sections.map((section) => section.getAttribute("aria-label"))), [
      "Cause of col",
      "2 causes of product that fit equally well",
      "Cause of dcol",
      "2 causes of out that fit equally well",
    ]);
    const names = await view.page.locator(".answer .name").allInnerTexts();
    assert.ok(
      names.some((name) => name.endsWith("or the columns of col in the order (ky, kx, c) against W's (c, ky, kx)")),
    );
    // Each first cause with its pictures, before and after: of the first stages that differ, and of the result.
    const evidence = view.page.locator("conv-evidence");
    assert.deepEqual(
      (await evidence.locator("figcaption").allInnerTexts()).map((words) => words.replace(/\s+/g, " ").trim()),
      ["col", "dcol", "out"].flatMap((name) => [`${name} here − expected`, `${name} with it − expected`]),
    );
    // What comes after the first that differs has none of its own to see before its cause is opened.
    await view.page.locator(".answer h3 button", { hasText: "the weight's OIHW numbers" }).first().click();
    await view.settled();
    assert.equal(await evidence.count(), 4);
  });

  it("shows what differs in a step, and what remains with its cause; cells and the worst lead to the element", async () => {
    const view = await page(await staged());
    const col = view.page.locator("section[aria-label='Cause of col']");
    assert.match(
      await text(view, "section[aria-label='Cause of col'] figure:nth-child(2) .worst"),
      /^nothing remains$/,
    );
    assert.match(await text(view, "section[aria-label='Cause of col'] .planes"), /^all of col, a window in each row$/);
    // The link in the row of the stage names the same element.
    const worst = await text(view, "section[aria-label='Cause of col'] .worst .link");
    assert.equal(worst, await text(view, ".result[aria-label=col] .places .link"));
    await col.locator(".worst .link").click();
    await col.locator("conv-heatmap canvas").first().press("Control+Home");
    await view.page.keyboard.press("Enter");
    const product = "section[aria-label='2 causes of product that fit equally well']";
    await view.page.locator(`${product} h3 button`).first().click();
    await view.settled();
    assert.match(await text(view, `${product} figcaption`), /^product here − expected$/);
    await view.page.locator(`${product} .worst .link`).click();
    await view.settled();
    assert.match(view.done.gone[0], /^col\[\d+, \d+\]$/);
    assert.equal(view.done.gone[1], "col[0, 0]");
    assert.match(view.done.gone[2], /^out\[\d, \d, \d, \d\]$/);
    assert.equal(await view.page.locator(".adopt").count(), 0);
  });

  it("applies the setting that a step was made with, in its own size or in another one", async () => {
    const steps = ["padding-mode-reflect", "padding-missing"].map((what) => step(`plain.col.${what}`));
    for (const [col, setting] of [
      [steps[0], '"paddingMode": "reflect"'],
      [steps[1], '"padding": 0'],
    ] as const) {
      const view = await page(await explained(engine, table, { layer: "plain", expected: {}, intermediates: { col } }));
      assert.equal(await text(view, ".adopt code"), setting);
      assert.equal(await view.page.locator(".answer conv-heatmap").count(), 2);
      await view.page.locator("vscode-button", { hasText: "Apply to the layer file" }).click();
      await view.settled();
      assert.deepEqual(view.done.adopted, [0]);
      assert.deepEqual([view.problems, view.log], [[], []]);
      await view.close();
    }
    open = null;
  });

  it("shows a step that nothing explains as it differs", async () => {
    const intermediates = { col: step("bare.col.unexplained") };
    const view = await page(await explained(engine, table, { layer: "bare", expected: {}, intermediates }));
    assert.equal(await view.page.locator(".answer").count(), 0);
    assert.equal(await view.page.locator(".result[aria-label=col] conv-heatmap").count(), 1);
    await view.page.getByRole("button", { name: "Hide picture" }).click();
    assert.equal(await view.page.locator("conv-heatmap").count(), 0);
  });

  it("shows which gradients are wrong, where, and by how many times what rounding explains", async () => {
    const view = await page(await gradients(engine, table, table.find("plain", "dW-batch-mean,kernel-flipped", "dW")));
    assert.equal(await text(view, "h1"), "The expected dW is wrong; this layer's is right");
    assert.match(
      await text(view, ".result[aria-label=dW] h2"),
      /what was expected is wrong in 108 elements; this layer's is right in all 108 elements/,
    );
    assert.equal(await view.page.locator(".result[aria-label=dW] conv-heatmap").count(), 2);
    assert.equal(await view.page.locator(".result[aria-label=dW] .places li").count(), 8);
    // What is right is shown on request.
    const dx = view.page.locator(".result[aria-label=dx]");
    assert.equal(await dx.locator("conv-heatmap").count(), 0);
    await dx.getByRole("button", { name: "Show picture" }).click();
    await view.settled();
    assert.equal(await dx.locator("conv-heatmap").count(), 1);
  });

  it("says how far it is, and what went wrong; both can be answered", async () => {
    const view = await page(null);
    view.host.setActivity({ kind: "running", title: "edges", fraction: 0.4, detail: "trying two causes at a time" });
    await view.settled();
    assert.match(await text(view, ".page"), /trying two causes at a time, 40 %/);
    await view.page.locator("vscode-button", { hasText: "Cancel" }).click();
    view.host.setActivity({
      kind: "failed",
      title: "edges",
      failure: { what: "Not a .npy file", where: "", cause: "", remedy: "" },
    });
    await view.settled();
    await view.page.locator("vscode-button", { hasText: "Run Again" }).click();
    await view.settled();
    assert.deepEqual(view.done.acts, ["cancel", "runAgain"]);
    assert.deepEqual(await view.axe(), []);
  });

  for (const theme of themeNames)
    it(`can be read by everybody, in ${theme}`, async () => {
      const view = await page(await planted("square", "filters-and-channels-exchanged", "out"), { theme });
      assert.deepEqual(await view.axe(), []);
      await view.screenshot(`report-${theme}`);
    });

  for (const theme of themeNames)
    it(`shows the stages so that everybody can read them, in ${theme}, also where it is narrow`, async () => {
      const view = await page(await staged(), { theme });
      await view.screenshot(`report-stages-${theme}`);
      await view.page.setViewportSize({ width: 480, height: 1000 });
      await view.settled();
      assert.deepEqual(await view.axe(), []);
      assert.equal(
        await view.page.evaluate(
          "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth",
        ),
        true,
      );
      await view.screenshot(`report-stages-narrow-${theme}`);
    });
});
