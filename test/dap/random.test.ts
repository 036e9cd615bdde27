import { assertAnswered } from "./random";

describe("random requests", () => {
  it("are all answered, validly: 400 sequences", () => assertAnswered(400));
});
