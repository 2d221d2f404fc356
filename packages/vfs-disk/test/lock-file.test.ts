import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { disk } from "../src/index.ts";

const since = "2026-01-02T03:04:05.678Z";

async function open(folder: string) {
  const { lock } = await disk().open(folder);
  if (!lock) throw new Error("a disk that is written has locks");
  return async () => await lock("run.lock");
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("a lock is held by one, and given back", async () => {
  const folder = join(temporaryFolder(), "new");
  const lock = await open(folder);
  const unlock = await lock();
  expect(JSON.parse(readFileSync(join(folder, "run.lock"), "utf8"))).toEqual({
    process: process.pid,
    host: hostname(),
    since: expect.any(String),
  });
  await expect(lock()).rejects.toMatchObject({
    code: "exists",
    details: { process: process.pid, host: hostname() },
  });
  await unlock();
  expect(existsSync(join(folder, "run.lock"))).toBe(false);
  await (await lock())();
});

test("of many who ask at once one gets it", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "run.lock"),
    JSON.stringify({ process: endedProcess(), host: hostname(), since }),
  );
  const lock = await open(folder);
  const asked = await Promise.allSettled(Array.from({ length: 20 }, lock));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a process that lives keeps its lock, one that ended does not", async () => {
  const folder = temporaryFolder();
  const lock = await open(folder);
  const path = join(folder, "run.lock");
  writeFileSync(path, JSON.stringify({ process: process.ppid, host: hostname(), since }));
  await expect(lock()).rejects.toMatchObject({ code: "exists", details: { process: process.ppid, since } });
  writeFileSync(path, JSON.stringify({ process: endedProcess(), host: hostname(), since }));
  await (await lock())();
  // The number of a process that ended may be ours now.
  writeFileSync(path, JSON.stringify({ process: process.pid, host: hostname(), since }));
  await (await lock())();
});

test("another thread of this process keeps its lock while it touches it", async () => {
  const folder = temporaryFolder();
  const lock = await open(folder);
  const path = join(folder, "run.lock");
  const holder = { process: process.pid, host: hostname(), since: new Date().toISOString() };
  writeFileSync(path, JSON.stringify(holder));
  await expect(lock()).rejects.toMatchObject({ code: "exists", details: holder });
  const before = Date.now() / 1000 - 121;
  utimesSync(path, before, before);
  await (await lock())();
});

test.each([
  ["of another machine", JSON.stringify({ process: 1, host: "another", since })],
  ["that says nothing", ""],
])("a lock %s holds until its file was not touched for two minutes", async (_what, content) => {
  const folder = temporaryFolder();
  const lock = await open(folder);
  const path = join(folder, "run.lock");
  writeFileSync(path, content);
  await expect(lock()).rejects.toMatchObject({ code: "exists" });
  const before = Date.now() / 1000 - 121;
  utimesSync(path, before, before);
  await (await lock())();
});

test("a lock that was taken over is not given back by its former holder", async () => {
  const folder = temporaryFolder();
  const unlock = await (await open(folder))();
  const other = JSON.stringify({ process: 1, host: "another", since });
  writeFileSync(join(folder, "run.lock"), other);
  await unlock();
  expect(readFileSync(join(folder, "run.lock"), "utf8")).toBe(other);
});
