import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { sweepPartialFiles } from "../src/index.ts";

/** A folder in which this process, one that lives and one that is no more have left hidden files, and what else lies there. */
function littered(): { readonly folder: string; readonly own: string; readonly foreign: string } {
  const folder = temporaryFolder();
  const { pid: gone } = spawnSync(process.execPath, ["--version"]);
  const own = `.pw-${process.pid}-abc1-1.partial`;
  const foreign = `.pw-${process.ppid}-abc1-1.partial`;
  mkdirSync(join(folder, "A/1"), { recursive: true });
  for (const name of [own, foreign, `.pw-${gone}-abc1-1.partial`, `.pw-${gone}-1.partial`, "whole.tif"])
    for (const place of ["", "A/1"]) writeFileSync(join(folder, place, name), "");
  return { folder, own, foreign };
}

test("what processes that are no more did not end is swept, in folders below too; nothing else is touched", async () => {
  const { folder, own, foreign } = littered();
  const elsewhere = littered();
  const before = readdirSync(elsewhere.folder).sort();
  symlinkSync(elsewhere.folder, join(folder, "A/link"));
  await sweepPartialFiles(folder);
  const strange = (name: string) => /^\.pw-\d+-1\.partial$/.test(name);
  const left = (place: string) => readdirSync(join(folder, place)).filter((name) => !strange(name));
  expect(left("").sort()).toEqual([own, foreign, "A", "whole.tif"].sort());
  expect(left("A/1").sort()).toEqual([own, foreign, "whole.tif"].sort());
  expect(readdirSync(folder).filter(strange)).toHaveLength(1);
  expect(readdirSync(elsewhere.folder).sort()).toEqual(before);
});

test("this process's own go on request, and a folder that is not there has none", async () => {
  const { folder, own, foreign } = littered();
  await sweepPartialFiles(folder, { ownToo: true });
  expect(readdirSync(folder)).toContain(foreign);
  expect(readdirSync(folder)).not.toContain(own);
  await sweepPartialFiles(join(folder, "nothing"));
});
