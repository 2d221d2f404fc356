import { join } from "node:path";
import { storageCases } from "@platewright/core/testing";
import { describe, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { zarr } from "../src/index.ts";

describe.each([2, 3] as const)("in Zarr v%d", (format) => {
  const cases = storageCases({
    provider: zarr({ format }),
    location: () => join(temporaryFolder(), "new"),
    arrayPath: (name) => `arrays/${name}`,
  });
  for (const { name, run } of cases) test(name, run);
});
