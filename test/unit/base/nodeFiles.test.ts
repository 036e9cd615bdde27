import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../../src/base/errors";
import { nodeFiles } from "../../../src/base/nodeFiles";
import { fault } from "../formats/support";

describe("base: files of this machine", () => {
  let folder: string;
  const files = nodeFiles();
  const at = (name: string) => join(folder, name);
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "conv-files-")))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads a file, a range of it, and less at its end", async () => {
    writeFileSync(at("a"), Uint8Array.of(1, 2, 3, 4, 5));
    assert.deepEqual(await files.read(at("a")), Uint8Array.of(1, 2, 3, 4, 5));
    assert.deepEqual(await files.readRange(at("a"), 1, 3), Uint8Array.of(2, 3));
    assert.deepEqual(await files.readRange(at("a"), 3, 99), Uint8Array.of(4, 5));
    assert.deepEqual(await files.readRange(at("a"), 9, 12), new Uint8Array(0));
    const { size, kind, modified } = await files.stat(at("a"));
    assert.deepEqual([size, kind, modified], [5, "file", statSync(at("a")).mtimeMs]);
    assert.equal((await files.stat(folder)).kind, "directory");
    assert.equal((await fault("too-large", () => files.read(at("a"), 4))).fault.found, "5 bytes");
    assert.equal((await files.read(at("a"), 5)).length, 5);
  });

  it("says what is not there, and what is no file, without waiting for it", async () => {
    const fifo = at("fifo");
    execFileSync("mkfifo", [fifo]);
    const server = createServer().listen(at("socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    for (const path of [folder, fifo, "/dev/zero", "/dev/null", at("socket")]) {
      for (const use of [
        () => files.read(path),
        () => files.readRange(path, 0, 1),
        () => files.write(path, Uint8Array.of(1)),
      ])
        assert.equal((await fault("not-a-file", use)).fault.file, path);
      if (path !== folder) assert.equal((await files.stat(path)).kind, "other");
    }
    server.close();
    symlinkSync("loop", at("loop"));
    writeFileSync(at("a"), "a");
    for (const path of [at("none"), at("none/deep"), at("a/b"), at("loop"), at("x".repeat(300)), at("nul\0")])
      for (const use of [() => files.stat(path), () => files.read(path), () => files.readRange(path, 0, 1)])
        assert.equal((await fault("not-found", use)).fault.file, path);
  });

  it("replaces a file at once, keeps its mode, and writes through a link", async () => {
    writeFileSync(at("a"), "old", { mode: 0o640 });
    symlinkSync("a", at("link"));
    await files.write(at("link"), Buffer.from("new"));
    assert.equal(readFileSync(at("a"), "utf8"), "new");
    assert.equal(statSync(at("a")).mode & 0o777, 0o640);
    await files.write(at("b".repeat(255)), Buffer.from("long name"));
    assert.deepEqual(readdirSync(folder).sort(), ["a", "b".repeat(255), "link"]);
    assert.equal(
      (await fault("not-written", () => files.write(at("no/such"), Uint8Array.of(1)))).fault.file,
      at("no/such"),
    );
  });

  it("leaves the original and no rubbish when the disk fills up while it writes", async () => {
    writeFileSync(at("a"), "precious");
    function* half() {
      yield Buffer.from("half of it");
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    }
    // Node writes what can be iterated piece by piece: here, a first piece, and then the error of a full disk.
    const bytes = half() as Iterable<unknown> as Uint8Array;
    const error = await fault("not-written", () => files.write(at("a"), bytes));
    assert.match(error.message, /could not be written \(ENOSPC\).*Nothing was changed/);
    assert.equal(readFileSync(at("a"), "utf8"), "precious");
    assert.deepEqual(readdirSync(folder), ["a"]);
  });

  it("resolves from the folder of a file", async () => {
    assert.equal(await files.resolve(at("sub/a.conv.json"), "../x.npy"), at("x.npy"));
    assert.equal(await files.resolve(at("a.conv.json"), "/abs/x.npy"), "/abs/x.npy");
  });

  it("does not leave its folder, by no path and by no link", async () => {
    const root = at("root");
    mkdirSync(join(root, "sub/deep"), { recursive: true });
    mkdirSync(at("root-too"));
    for (const path of ["secret", "root-too/secret", "root/own", "root/sub/own"]) writeFileSync(at(path), path);
    const links: [string, string][] = [
      ["file", at("secret")],
      ["sub/file", "../../secret"],
      ["folder", folder],
      ["sub/up", "../.."],
      ["twice", "folder/root-too"],
      ["chain", "sub/up/secret"],
      ["inside", "sub/own"],
      ["dangling", at("not there yet")],
    ];
    for (const [name, target] of links) symlinkSync(target, join(root, name));
    const ups = Array.from({ length: 12 }, (_, depth) => "../".repeat(depth + 1));
    const targets = ["secret", "root-too/secret", `${folder.slice(1)}/secret`, "etc/passwd"];
    const starts = ["", "./", "sub/", "sub/deep/../", "sub/./deep/"];
    const escapes = [
      ...starts.flatMap((start) => ups.flatMap((up) => targets.map((target) => start + up + target))),
      ...["", "sub/"].flatMap((start) => [
        at("secret"),
        "/etc/passwd",
        at("root-too/secret"),
        `${start}../root/../secret`,
      ]),
      ...[
        "file",
        "sub/file",
        "folder/secret",
        "sub/up/secret",
        "twice/secret",
        "chain",
        "folder/root-too/secret",
        "dangling",
      ],
    ];
    assert.ok(escapes.length >= 200);
    const trusting = nodeFiles({ root });
    const base = join(root, "layer.conv.json");
    let outside = 0;
    for (const escape of escapes) {
      const resolved = await trusting.resolve(base, escape).catch((error: unknown) => {
        assert.match(messageOf(error), /leaves the folder/);
        return join(root, escape);
      });
      for (const use of [
        () => trusting.read(resolved),
        () => trusting.readRange(resolved, 0, 9),
        () => trusting.stat(resolved),
      ]) {
        const got = await use().then(
          () => "read",
          (error: unknown) => messageOf(error),
        );
        assert.match(got, /leaves the folder|there is no such file/, escape);
        if (got.includes("leaves")) outside++;
      }
    }
    assert.ok(outside > 200, String(outside));
    for (const name of ["folder/x", "../x"])
      await fault("outside-folder", () => trusting.write(join(root, name), Uint8Array.of(1)));
    for (const name of ["own", "sub/own", "sub/../own", "inside", "folder/root/own"])
      assert.match(Buffer.from(await trusting.read(join(root, name))).toString(), /own$/);
    // A link that leads nowhere is replaced, not followed.
    for (const name of ["sub/new", "dangling"]) await trusting.write(join(root, name), Uint8Array.of(7));
    assert.deepEqual(readdirSync(folder).sort(), ["root", "root-too", "secret"]);
  });
});
