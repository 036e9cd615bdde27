import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** VS Code calls this in its extension host. Rejects if a test fails or none ran. */
export async function run(): Promise<void> {
  const grep = process.env.CONV_TEST_GREP;
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: 60_000, forbidOnly: true, forbidPending: true });
  if (grep) mocha.grep(grep);
  for (const name of readdirSync(__dirname).sort()) if (name.endsWith(".test.js")) mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  // The last lines are still on their way to whoever started VS Code.
  await new Promise((later) => setTimeout(later, 500));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
