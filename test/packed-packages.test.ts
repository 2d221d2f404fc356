import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Consumer, importAll, installPacked } from "./support/consumer.ts";
import { entriesOf, listPackages, type Package } from "./support/workspace.ts";

const packages = listPackages();
const isForBrowsers = ({ folder }: Package): boolean => !["vfs-disk", "vfs-zarr", "cli"].includes(folder);

describe("a project that installs the packed packages", () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = installPacked(packages);
  }, 240_000);
  afterAll(() => {
    if (consumer !== undefined) rmSync(consumer.folder, { recursive: true, force: true });
  });

  test.each(packages.flatMap(entriesOf))("imports $specifier", ({ specifier }) => {
    const script = `const names = Object.keys(await import("${specifier}")); if (names.length === 0) throw new Error("It publishes nothing.");`;
    expect(consumer.node("--input-type=module", "--eval", script)).toEqual({ status: 0, output: "" });
  });

  const projects = [
    {
      name: "for browsers",
      libraries: { lib: ["es2022", "dom"], types: [] },
      uses: packages.filter(isForBrowsers),
    },
    { name: "for Node", libraries: { lib: ["es2022"], types: ["node"] }, uses: packages },
  ];
  test.each(projects)(
    "type-checks strictly with lib es2022 $name",
    ({ libraries, uses }) => {
      consumer.write("all.ts", importAll(uses));
      expect(consumer.check("all.ts", libraries)).toEqual({ status: 0, output: "" });
    },
    60_000,
  );

  test("uses core", () => {
    consumer.write(
      "use-core.mjs",
      `import { createHostArray, isPlatewrightError, normalizeWell } from "@platewright/core";
       const stack = createHostArray([2, 3, 4], "uint16");
       let code;
       try { normalizeWell("nowhere"); } catch (error) { code = isPlatewrightError(error) && error.code; }
       console.log(stack.data.length, code);`,
    );
    expect(consumer.node("use-core.mjs")).toEqual({ status: 0, output: "24 plate\n" });
  });

  const commands = packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}));
  test.each(commands)("has the command %s", (command) => {
    const outcome = consumer.node(join("node_modules", ".bin", command), "--help");
    expect(outcome).toMatchObject({ status: 0, output: expect.stringContaining(command) });
  });
});
