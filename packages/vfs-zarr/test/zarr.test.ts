import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { zarr } from "../src/index.ts";
import { noisyArray } from "./images.ts";

describe("the storage zarr", () => {
  it("claims what is Zarr by its look or its files, and nothing else", async () => {
    const folder = temporaryFolder();
    const claims = async (location: string) => await zarr().claims?.(location);
    for (const name of [".zgroup", ".zattrs", ".zarray", "zarr.json"]) {
      const place = join(folder, name.replaceAll(".", "_"));
      mkdirSync(place);
      expect(await claims(place)).toBe(false);
      writeFileSync(join(place, name), "{}");
      expect(await claims(place)).toBe(true);
    }
    writeFileSync(join(folder, "x.zip"), "no zip");
    expect(await claims(join(folder, "x.zip"))).toBe(false);
    expect(await claims("https://example.org/plate")).toBe(true);
    expect(await claims("somewhere/plate.zarr")).toBe(true);
    expect(await claims("somewhere/plate.zarr/")).toBe(true);
    expect(await claims(join(folder, "nothing"))).toBe(false);
    expect(await claims(folder)).toBe(false);
  });

  it("says where it lies and what lies in it", () => {
    const provider = zarr();
    expect(provider.resolve("https://example.org/a/")).toBe("https://example.org/a");
    expect(provider.contains("https://example.org/a", "https://example.org/a/b")).toBe(true);
    expect(provider.contains("https://example.org/a", "https://example.org/ab")).toBe(false);
    expect(provider.contains("https://example.org/a", "/a/b")).toBe(false);
    expect(provider.contains("/a", "/a/b")).toBe(true);
  });

  it("lets nothing out of its root", async () => {
    const [folder, outside] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(outside, "0"), "secret");
    symlinkSync(outside, join(folder, "link"));
    const storage = await zarr().open(folder);
    for (const path of ["../x", "/x", "a/../../x", "a\\b", "C:x", ""]) {
      await expect(storage.read(path)).rejects.toMatchObject({ code: "path" });
      await expect(storage.writeArray?.(path, noisyArray([2, 2], "uint8"))).rejects.toMatchObject({
        code: "path",
      });
    }
    await expect(storage.read("link/0")).rejects.toMatchObject({ code: "path" });
    await expect(storage.writeArray?.("link/x", noisyArray([2, 2], "uint8"))).rejects.toMatchObject({
      code: "path",
    });
  });

  it("keeps tables and documents beside its arrays, as files", async () => {
    const storage = await zarr().open(temporaryFolder());
    await storage.writeValue?.("tables/cells.csv", [{ well: "A01", count: 42 }]);
    await storage.writeValue?.("run.json", { status: "complete" });
    await storage.writeArray?.("masks/A01", noisyArray([2, 2], "bool"));
    expect(await storage.readValue?.("tables/cells.csv")).toEqual([{ well: "A01", count: 42 }]);
    expect(await storage.readValue?.("run.json")).toEqual({ status: "complete" });
    expect(await storage.readValue?.("masks/A01/.zarray")).toMatchObject({ dtype: "|b1" });
    const paths: string[] = [];
    for await (const { path } of storage.list("", { recursive: true })) paths.push(path);
    expect(paths).toContain("tables/cells.csv");
  });

  it("stops where its caller says so", async () => {
    const storage = await zarr().open(temporaryFolder());
    const array = noisyArray([10, 20, 20], "uint8");
    await storage.writeArray?.("x", array);
    const signal = AbortSignal.abort();
    await expect(storage.readArray("x", { signal })).rejects.toMatchObject({ code: "cancelled" });
    await expect(storage.writeArray?.("y", array, { signal })).rejects.toMatchObject({ code: "cancelled" });
    expect(await storage.has("y")).toBe(false);
  });
});
