import { join } from "node:path";
import { storageCases } from "@platewright/core/testing";
import { describe, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { disk } from "../src/index.ts";

describe.each(["each-write", "flush"] as const)("with sync: %j", (sync) => {
  const cases = storageCases({ provider: disk({ sync }), location: () => join(temporaryFolder(), "new") });
  for (const { name, run } of cases) test(name, run);
});
