import { assertAnswered } from "./random";

describe("random requests, many", () => {
  it("are all answered, validly: 10 000 sequences", () => assertAnswered(10_000));
});
