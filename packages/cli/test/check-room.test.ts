import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "@platewright/core";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { checkRoom } from "../src/run/check-room.ts";

afterEach(() => vi.unstubAllEnvs());

/** A plan of which nothing is known but what it writes. */
const planOf = (bytesWritten: number): Plan =>
  ({ predicted: { bytesWritten }, settings: { compression: "none" }, stores: [] }) as unknown as Plan;

test("the folder is looked for where the disk will make it, in the home folder too", () => {
  const home = temporaryFolder();
  vi.stubEnv("HOME", home);
  writeFileSync(join(home, "taken"), "");
  expect(() => checkRoom(planOf(1), "~/taken", false)).toThrow(
    `--out names the file ${join(home, "taken")}.`,
  );
  expect(() => checkRoom(planOf(1), "~/free", false)).not.toThrow();
});

test("room is asked for only where it is known how much is written", () => {
  const folder = join(temporaryFolder(), "not", "there", "yet");
  expect(() => checkRoom(planOf(2 ** 60), folder, false)).toThrow(/No room on the disk/);
  expect(() => checkRoom(planOf(2 ** 60), folder, true)).not.toThrow();
});
