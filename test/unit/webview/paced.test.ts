import assert from "node:assert/strict";
import { Paced } from "../../../webview/paced";

describe("what follows a fast hand", () => {
  it("follows at once, then stays for a while, and is asked again when that is over", async () => {
    let asked: () => void = () => undefined;
    const again = new Promise<void>((resolve) => (asked = resolve));
    const paced = new Paced<number>(asked);
    assert.equal(paced.of("a", "one", 1), 1);
    assert.equal(paced.of("a", "two", 2), 1);
    assert.equal(paced.of("a", "one", 3), 3, "what looks the same is the present one");
    assert.equal(paced.of("b", "two", 4), 4, "another subject is followed at once");
    assert.equal(paced.of("b", "three", 5), 4);
    await again;
    // The clock of timers may be a little ahead.
    for (let turn = 0; turn < 100 && paced.of("b", "three", 6) !== 6; turn++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(paced.of("b", "three", 6), 6);
  });
});
