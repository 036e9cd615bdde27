import assert from "node:assert/strict";
import { ConvError, messageOf, namingFile } from "../../../src/base/errors";

const everything = {
  code: "bad-header",
  what: "the shape is broken",
  file: "/data/x.npy",
  at: { entry: "x.npy", line: 3, column: 7, path: "stride[0]", offset: 12 },
  expected: "a tuple",
  found: '"(2,"',
  remedy: "Save the array again",
} as const;

describe("ConvError", () => {
  it("is one line: where, what is wrong, expected, found, what to do", () => {
    assert.equal(
      new ConvError(everything).message,
      '/data/x.npy, entry "x.npy", 3:7, stride[0], byte 12: the shape is broken: expected a tuple, found "(2,". Save the array again.',
    );
  });

  it("leaves out what it does not have", () => {
    const { code, what } = everything;
    assert.equal(new ConvError({ code, what }).message, "the shape is broken.");
    assert.equal(new ConvError({ code, what, found: "7" }).message, "the shape is broken: found 7.");
    assert.equal(new ConvError({ code, what, expected: "8" }).message, "the shape is broken: expected 8.");
    assert.equal(new ConvError({ code, what, remedy: "Try again" }).message, "the shape is broken. Try again.");
    assert.equal(new ConvError({ code, what, at: {} }).message, "the shape is broken.");
    assert.equal(new ConvError({ code, what, at: { offset: 0 } }).message, "byte 0: the shape is broken.");
    assert.equal(new ConvError({ code, what, at: { line: 4 } }).message, "4:1: the shape is broken.");
  });

  it("never breaks the line, whatever the fields hold", () => {
    const error = new ConvError({ code: "bad-syntax", what: "two\r\nlines", found: "a\n\n b", file: "odd\nname" });
    assert.equal(error.message, "odd name: two lines: found a b.");
  });

  it("carries its fields, its code, its cause and a name", () => {
    const cause = new Error("inner");
    const error = new ConvError(everything, { cause });
    assert.equal(error.code, "bad-header");
    assert.deepEqual(error.fault, everything);
    assert.equal(error.cause, cause);
    assert.equal(error.name, "ConvError");
    assert.ok(error instanceof Error);
  });

  it("is told of a file once; the first name stays", async () => {
    const bare = new ConvError({ code: "truncated", what: "too short", at: { offset: 8 } });
    assert.equal(bare.inFile("a.npy").message, "a.npy, byte 8: too short.");
    assert.equal(bare.inFile("a.npy").inFile("b.npy").fault.file, "a.npy");
    await assert.rejects(
      namingFile("a.npy", () => Promise.reject(bare)),
      { message: "a.npy, byte 8: too short.", code: "truncated" },
    );
    assert.equal(await namingFile("a.npy", () => 5), 5);
  });

  it("lets other errors through as they are", async () => {
    const other = new TypeError("x is not a function");
    await assert.rejects(
      namingFile("a.npy", () => {
        throw other;
      }),
      other,
    );
  });
});

describe("messageOf", () => {
  it("is one line for whatever was thrown", () => {
    assert.equal(messageOf(new Error("a\n  b")), "a b");
    assert.equal(messageOf("plain"), "plain");
    assert.equal(messageOf(undefined), "undefined");
    assert.equal(messageOf(new ConvError({ code: "bad-usage", what: "no" })), "no.");
  });
});

describe("text from outside", () => {
  it("never steers a terminal", () => {
    const file = "a\x1b[2J\x9b31m\x7f\tb\0";
    assert.equal(
      new ConvError({ code: "not-found", what: "no", file }).message,
      "a\\x1b[2J\\x9b31m\\x7f\\x09b\\x00: no.",
    );
    assert.equal(messageOf(new Error(file)), "a\\x1b[2J\\x9b31m\\x7f\\x09b\\x00");
    assert.equal(messageOf("größe × 2⁵³ 𝑥"), "größe × 2⁵³ 𝑥");
  });

  it("is cut where it has no end", () => {
    const entry = "e ".repeat(3000);
    const message = new ConvError({ code: "bad-header", what: "w".repeat(5000), at: { entry } }).message;
    assert.equal(message, `entry "${"e ".repeat(30)}…": ${"w".repeat(60)}….`);
  });
});
