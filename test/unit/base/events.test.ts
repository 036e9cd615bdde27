import assert from "node:assert/strict";
import { DisposableStack } from "../../../src/base/disposable";
import { Emitter } from "../../../src/base/events";

describe("Emitter", () => {
  it("tells its listeners in order, until they are let go of", () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, ["a1", "b1", "b2"]);
  });

  it("lets the others hear when one throws, then throws that", () => {
    const emitter = new Emitter<string>();
    const heard: string[] = [];
    emitter.event(() => {
      throw new Error("first");
    });
    emitter.event(() => {
      throw new Error("second");
    });
    emitter.event((value) => heard.push(value));
    assert.throws(() => emitter.fire("x"), { message: "first" });
    assert.deepEqual(heard, ["x"]);
  });

  it("counts a listener that was added twice as two", () => {
    const emitter = new Emitter<number>();
    let calls = 0;
    const listener = () => (calls += 1);
    const one = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(0);
    assert.equal(calls, 2);
    one.dispose();
    emitter.fire(0);
    assert.equal(calls, 3);
  });

  it("does not call one that was let go of meanwhile, nor one that came meanwhile", () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event(() => {
      second.dispose();
      emitter.event(() => heard.push("late"));
    });
    const second = emitter.event(() => heard.push("second"));
    emitter.fire(0);
    assert.deepEqual(heard, []);
    emitter.fire(0);
    assert.deepEqual(heard, ["late"]);
  });

  it("is silent after dispose", () => {
    const emitter = new Emitter<number>();
    let calls = 0;
    emitter.event(() => (calls += 1));
    emitter.dispose();
    emitter.dispose();
    emitter.fire(0);
    assert.equal(calls, 0);
  });
});

describe("DisposableStack", () => {
  it("lets go of what was added, last first, once", () => {
    const order: number[] = [];
    const stack = new DisposableStack();
    for (const i of [1, 2, 3]) assert.equal(typeof stack.add({ dispose: () => order.push(i) }).dispose, "function");
    stack.dispose();
    stack.dispose();
    assert.deepEqual(order, [3, 2, 1]);
  });
});
