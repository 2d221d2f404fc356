import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createHostArray, type StorageBackend } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { disk, type FileCodec } from "../src/index.ts";

async function pathsOf(storage: StorageBackend, folder = "", recursive = false): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of storage.list(folder, { recursive })) {
    paths.push(entry.kind === "folder" ? `${entry.path}/` : entry.path);
  }
  return paths;
}

describe("disk()", () => {
  it("is a persistent provider of storage", () => {
    expect(disk()).toMatchObject({
      kind: "storage",
      name: "disk",
      persistent: true,
      compressions: ["none", "deflate"],
    });
  });

  it("resolves locations as users write them", () => {
    expect(disk().resolve("~/plate")).toBe(join(homedir(), "plate"));
    expect(disk().resolve("a/../b")).toBe(join(process.cwd(), "b"));
    expect(disk().resolve("file:///plates/a%20b")).toBe("/plates/a b");
  });

  it("knows which location contains which, links followed, there or not", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "plate"));
    symlinkSync(join(folder, "plate"), join(folder, "link"));
    const { contains } = disk();
    expect(contains(join(folder, "plate"), join(folder, "plate"))).toBe(true);
    expect(contains(join(folder, "plate"), join(folder, "link/out/1"))).toBe(true);
    expect(contains(join(folder, "link"), join(folder, "plate/out"))).toBe(true);
    expect(contains(join(folder, "plate"), join(folder, "plate-2"))).toBe(false);
    expect(contains(join(folder, "plate"), folder)).toBe(false);
  });

  it("opens a folder that is not there for writing, and makes it with the first file", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(join(folder, "new"));
    expect(await pathsOf(storage)).toEqual([]);
    expect(await storage.has("x.bin")).toBe(false);
    await storage.write?.("x.bin", new Uint8Array([7]));
    expect(await pathsOf(storage)).toEqual(["x.bin"]);
  });

  it("refuses a link to a folder that is not there", async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    await expect(disk().open(join(folder, "link"))).rejects.toThrow(
      `${join(folder, "link")} is a link to a folder that is not there. Make that folder, or remove the link.`,
    );
  });

  it("opens read-only without what writes, and only what is there", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder, { readOnly: true });
    for (const method of ["write", "remove", "writeArray", "writeValue"] as const)
      expect(storage[method]).toBeUndefined();
    await expect(disk().open(join(folder, "absent"), { readOnly: true })).rejects.toMatchObject({
      code: "not-found",
    });
    writeFileSync(join(folder, "file"), "");
    await expect(disk().open(join(folder, "file"))).rejects.toMatchObject({ code: "storage" });
  });

  it("takes codecs of others, before its own", async () => {
    const upper: FileCodec = {
      kind: "codec",
      name: "TEXT",
      endings: [".txt", ".json"],
      decodeValue: (_name, bytes) => new TextDecoder().decode(bytes).toLowerCase(),
      encodeValue: (_name, value) => new TextEncoder().encode(String(value).toUpperCase()),
    };
    const storage = await disk({ codecs: [upper] }).open(temporaryFolder());
    await storage.writeValue?.("a.txt", "hello");
    await storage.writeValue?.("a.json", "hello");
    expect(await storage.read?.("a.txt")).toEqual(new TextEncoder().encode("HELLO"));
    expect(await storage.readValue?.("a.json")).toBe("hello");
  });
});

describe("a disk's storage", () => {
  it("finds the format by the ending, in any case, and names those it knows", async () => {
    const storage = await disk().open(temporaryFolder());
    const array = createHostArray([2, 3], "uint16", Uint16Array.of(1, 2, 3, 4, 5, 6));
    for (const name of ["a.TIF", "a.Tiff", "a.PNG", "a.npy"]) {
      await storage.writeArray?.(name, array);
      expect(await storage.readArray?.(name)).toEqual(array);
      expect(await storage.describeArray?.(name)).toMatchObject({ shape: [2, 3], dtype: "uint16" });
    }
    const table = [{ well: "A01", count: 3 }];
    await storage.writeValue?.("t.csv", table);
    await storage.writeValue?.("t.json", { table });
    expect(await storage.readValue?.("t.csv")).toEqual(table);
    expect(await storage.readValue?.("t.json")).toEqual({ table });
    await expect(storage.readArray?.("a.jpg")).rejects.toThrow(
      '"a.jpg" can\'t be read as an array: its ending is none of .tif, .tiff, .png, .npy. Rename it, or add a codec to disk({ codecs }).',
    );
    await expect(storage.writeValue?.("a.tif", [])).rejects.toThrow(/none of \.json, \.csv/);
  });

  it("stamps a file by its size and the time of its last change", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder, { readOnly: true });
    const stampAt = (text: string, seconds: number): unknown => {
      writeFileSync(join(folder, "a.tif"), text);
      utimesSync(join(folder, "a.tif"), seconds, seconds);
      return storage.stamp?.("a.tif");
    };
    const first = await stampAt("one", 1000);
    expect(await stampAt("two", 1000)).toBe(first);
    expect(await stampAt("two", 1000.5)).not.toBe(first);
    expect(await stampAt("three", 1000)).not.toBe(first);
    await expect(storage.stamp?.("b.tif")).rejects.toMatchObject({ code: "not-found" });
  });

  it("lists by name, deep on request, without writes that have not ended, links to nowhere, and pipes", async () => {
    const folder = temporaryFolder();
    for (const path of ["b/2.tif", "b/10.tif", "a.tif", "c/d/e.tif", ".hidden", ".pw-1-abc-1.partial"]) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const storage = await disk().open(folder);
    expect(await pathsOf(storage)).toEqual([".hidden", "a.tif", "b/", "c/"]);
    expect(await pathsOf(storage, "b")).toEqual(["b/10.tif", "b/2.tif"]);
    expect(await pathsOf(storage, "", true)).toEqual([
      ".hidden",
      "a.tif",
      "b/10.tif",
      "b/2.tif",
      "c/d/e.tif",
    ]);
    expect(await pathsOf(storage, "absent", true)).toEqual([]);
    await expect(pathsOf(storage, "a.tif")).rejects.toMatchObject({ code: "storage" });
    await expect(storage.read?.("pipe")).rejects.toMatchObject({ code: "storage" });
  });

  it("says what is not there, and what is a folder", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub.tif"));
    const storage = await disk().open(folder);
    await expect(storage.readArray?.("x/y.tif")).rejects.toMatchObject({
      code: "not-found",
      message: "There is no x/y.tif. Check the path, or list the folder to see what is there.",
    });
    await expect(storage.remove?.("x.tif")).rejects.toMatchObject({ code: "not-found" });
    await expect(storage.readArray?.("sub.tif")).rejects.toThrow("sub.tif is a folder");
    expect(await storage.has("sub.tif/x")).toBe(false);
  });

  it("removes a file, and a folder once it is empty", async () => {
    const storage = await disk().open(temporaryFolder());
    await storage.write?.("sub/x.bin", new Uint8Array(1));
    await expect(storage.remove?.("sub")).rejects.toThrow("The folder sub is not empty.");
    await storage.remove?.("sub/x.bin");
    expect(await storage.has("sub/x.bin")).toBe(false);
    await storage.remove?.("sub");
    expect(await pathsOf(storage)).toEqual([]);
  });
});

describe("a path that leaves the root", () => {
  const bad = [
    "",
    "..",
    "../x.tif",
    "a/../../x.tif",
    "/etc/passwd",
    "a\0.tif",
    "C:/x.tif",
    "a\\b.tif",
    "./x.tif",
    "a//b.tif",
  ];
  it.each(bad)("%j is refused by every call", async (path) => {
    const storage = await disk().open(temporaryFolder());
    const array = createHostArray([1, 1], "uint8");
    const calls = [
      () => storage.has(path),
      () => storage.read?.(path),
      () => storage.write?.(path, new Uint8Array(1)),
      () => storage.remove?.(path),
      () => storage.describeArray?.(path),
      () => storage.readArray?.(path),
      () => storage.writeArray?.(path, array),
      () => storage.readValue?.(path),
      () => storage.writeValue?.(path, []),
      ...(path === "" ? [] : [() => pathsOf(storage, path)]),
    ];
    for (const call of calls)
      await expect((async () => await call())()).rejects.toMatchObject({ code: "path" });
  });

  it("by a link is refused for reading and writing, on the way or at its end", async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "secret.json"), "1");
    symlinkSync(outside, join(folder, "way"));
    symlinkSync(join(outside, "secret.json"), join(folder, "end.json"));
    symlinkSync(join(outside, "absent"), join(folder, "dangling"));
    const storage = await disk().open(folder);
    for (const path of ["way/secret.json", "end.json"]) {
      await expect(storage.readValue?.(path)).rejects.toMatchObject({ code: "path" });
      await expect(storage.has(path)).rejects.toMatchObject({ code: "path" });
      await expect(storage.writeValue?.(path, 2, { overwrite: true })).rejects.toMatchObject({
        code: "path",
      });
      await expect(storage.remove?.(path)).rejects.toMatchObject({ code: "path" });
    }
    await expect(storage.writeValue?.("way/new/deep.json", 2)).rejects.toMatchObject({ code: "path" });
    await expect(storage.writeValue?.("dangling/x.json", 2)).rejects.toThrow();
    await expect(pathsOf(storage, "way")).rejects.toMatchObject({ code: "path" });
    const inside = await disk().open(outside);
    expect(await pathsOf(inside)).toEqual(["secret.json"]);
    expect(await inside.readValue?.("secret.json")).toBe(1);
  });

  it("is not one that a link inside the root leads to, nor below a root that is a link itself", async () => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real/x.json"), "1");
    symlinkSync("real", join(folder, "link"));
    symlinkSync("..", join(folder, "real/up"));
    symlinkSync(folder, join(elsewhere, "root"));
    for (const root of [folder, join(elsewhere, "root")]) {
      const storage = await disk().open(root);
      expect(await storage.readValue?.("link/x.json")).toBe(1);
      expect(await pathsOf(storage, "", true)).toEqual(["link/x.json", "real/x.json"]);
    }
  });

  it("is noticed where a folder becomes a link after it was used", async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    const storage = await disk().open(folder);
    await storage.writeValue?.("sub/x.json", 1);
    expect(await storage.readValue?.("sub/x.json")).toBe(1);
    execFileSync("rm", ["-r", join(folder, "sub")]);
    symlinkSync(outside, join(folder, "sub"));
    await expect(storage.writeValue?.("sub/x.json", 2)).rejects.toMatchObject({ code: "path" });
    expect(await pathsOf(await disk().open(outside))).toEqual([]);
  });
});
