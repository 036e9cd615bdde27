import { breaking } from "./scenes/breaking";
import { moving } from "./scenes/moving";
import { seeing } from "./scenes/seeing";
import { Transcript, assertGolden } from "./transcript";

const scenes = { ...moving, ...seeing, ...breaking };

describe("golden transcripts", () => {
  for (const [name, play] of Object.entries(scenes))
    it(name, async () => {
      const talk = new Transcript();
      await play(talk);
      assertGolden(name.replaceAll(" ", "-"), talk.text);
    });
});
