import { chromium } from "playwright-core";
import { ensureChromium } from "../../setup.mjs";

const quiet = ["quic", "background-networking", "component-update", "sync"].map((name) => `--disable-${name}`);

/** A headless Chromium that asks nothing of the network. */
export async function launchChromium() {
  return await chromium.launch({
    executablePath: ensureChromium(),
    args: ["--no-sandbox", "--no-first-run", ...quiet],
  });
}
