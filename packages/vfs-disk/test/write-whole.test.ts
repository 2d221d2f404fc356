import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleChild, startShell } from "../../../test/support/child.ts";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runOnSmallDisk, testOnSmallDisk } from "../../../test/support/small-disk.ts";
import { disk } from "../src/index.ts";

describe("a write", () => {
  it("that is killed leaves the old content or the new, and no file of a plate besides", async () => {
    const child = await bundleChild(new URL("./children/write-repeatedly.ts", import.meta.url));
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    const seen = new Set<number>();
    let leftovers = 0;
    for (let round = 0; round < 12; round += 1) {
      const { process: running } = startShell(`exec "${process.execPath}" "${child}" "${folder}"`);
      await new Promise<void>((resolve, reject) => {
        running.stdout?.once("data", () => resolve());
        running.once("close", () => reject(new Error("the child ended before it was killed")));
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      const ended = new Promise((resolve) => running.once("close", resolve));
      running.kill("SIGKILL");
      await ended;
      const content = readFileSync(join(folder, "deep/whole.bin"));
      expect(content.length).toBe(300_000);
      expect(content.every((byte) => byte === content[0])).toBe(true);
      seen.add(content[0] ?? 0);
      const listed: string[] = [];
      for await (const { path } of storage.list("deep")) listed.push(path);
      expect(listed).toEqual(["deep/whole.bin"]);
      leftovers = readdirSync(join(folder, "deep")).length - 1;
    }
    // Were no write ever cut short, this would show nothing.
    expect(leftovers).toBeGreaterThan(0);
    expect(seen.size).toBeGreaterThan(1);
  });

  testOnSmallDisk(
    "that finds the disk full says so, keeps what was there and leaves nothing behind",
    async (isolate) => {
      const folder = temporaryFolder();
      const child = await bundleChild(new URL("./children/write-too-much.ts", import.meta.url));
      const output = await runOnSmallDisk(isolate, child, folder);
      expect(resultOf(output)).toEqual({
        errors: [
          {
            code: "storage",
            message: "No room on the disk for images/x.tif (needs 2.1 MB). Free space, then run again.",
          },
          {
            code: "storage",
            message: "No room on the disk for images/y.tif (needs 2.1 MB). Free space, then run again.",
          },
        ],
        old: [1, 2, 3],
        names: ["small.bin", "x.tif"],
      });
    },
  );

  it("beyond the limit on file sizes says so, keeps what was there and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const child = await bundleChild(new URL("./children/write-too-much.ts", import.meta.url));
    const output = await startShell(`ulimit -f 1000; exec "${process.execPath}" "${child}" "${folder}"`)
      .output;
    const result = resultOf(output);
    expect(result.errors).toMatchObject([
      {
        code: "storage",
        message: expect.stringContaining("The disk takes no file as large as images/x.tif (needs 2.1 MB)."),
      },
      { code: "storage" },
    ]);
    expect(result).toMatchObject({ old: [1, 2, 3], names: ["small.bin", "x.tif"] });
  });

  it("replaces a file only where it is told to", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    await storage.write?.("a/b/c.bin", new Uint8Array([1]));
    await expect(storage.write?.("a/b/c.bin", new Uint8Array([2]))).rejects.toMatchObject({
      code: "exists",
      message: "a/b/c.bin is there already. Allow it to be overwritten, or write to another path.",
    });
    expect(await storage.read?.("a/b/c.bin")).toEqual(new Uint8Array([1]));
    await storage.write?.("a/b/c.bin", new Uint8Array([3]), { overwrite: true });
    expect(await storage.read?.("a/b/c.bin")).toEqual(new Uint8Array([3]));
    expect(readdirSync(join(folder, "a/b"))).toEqual(["c.bin"]);
  });

  it("has one winner among many at once where none may replace", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    const writers = Array.from({ length: 20 }, (_, index) =>
      storage.write?.("x.bin", new Uint8Array(1000).fill(index)),
    );
    const results = await Promise.allSettled(writers);
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "exists" });
    }
    const winner = results.findIndex(({ status }) => status === "fulfilled");
    expect(await storage.read?.("x.bin")).toEqual(new Uint8Array(1000).fill(winner));
    expect(readdirSync(folder)).toEqual(["x.bin"]);
  });

  it("that is cancelled leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    const controller = new AbortController();
    const writing = storage.write?.("x.bin", new Uint8Array(50_000_000), { signal: controller.signal });
    setTimeout(() => controller.abort(), 2);
    await expect(writing).rejects.toMatchObject({ code: "cancelled" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("makes hundreds of files at once", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(join(folder, "made/on/demand"));
    const paths = Array.from({ length: 300 }, (_, index) => `wells/${index % 7}/${index}.bin`);
    await Promise.all(paths.map((path, index) => storage.write?.(path, new Uint8Array([index & 255]))));
    for (const [index, path] of paths.entries())
      expect(await storage.read?.(path)).toEqual(new Uint8Array([index & 255]));
  });

  it("says what stands in its way", async () => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "folder/sub"), { recursive: true });
    await expect(storage.write?.("file/x.bin", new Uint8Array(1))).rejects.toThrow(
      "A file stands where file/x.bin needs a folder.",
    );
    await expect(storage.write?.("folder", new Uint8Array(1), { overwrite: true })).rejects.toThrow(
      "folder is a folder, not a file.",
    );
    await expect(storage.write?.("n".repeat(300), new Uint8Array(1))).rejects.toMatchObject({ code: "path" });
    expect(readdirSync(folder).sort()).toEqual(["file", "folder"]);
  });
});

function resultOf(output: string): {
  readonly errors: unknown;
  readonly old: unknown;
  readonly names: unknown;
} {
  const line = output.split("\n").find((each) => each.startsWith("{"));
  if (line === undefined) throw new Error(`the child printed: ${output}`);
  return JSON.parse(line);
}
