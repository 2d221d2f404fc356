import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listPackages, readText, root } from "./support/workspace.ts";

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
}

const locked = JSON.parse(readText("package-lock.json")).packages as Readonly<Record<string, Locked>>;

test("the lockfile names no registry", () => {
  const named = Object.entries(locked).filter(
    ([, { resolved, link }]) => resolved !== undefined && link !== true,
  );
  expect(named.map(([path]) => path)).toEqual([]);
});

test("the lockfile knows every package of the workspace", () => {
  const names = listPackages().map((pkg) => pkg.manifest.name);
  expect(names.filter((name) => locked[`node_modules/${name}`]?.link !== true)).toEqual([]);
});

test("the lockfile names the optional packages of every platform, without which npm ci refuses it", () => {
  const check = [join(root, "scripts/complete-lockfile.mjs"), "--check"];
  expect(execFileSync(process.execPath, check, { encoding: "utf8" })).toContain(
    "names every optional package",
  );
});
