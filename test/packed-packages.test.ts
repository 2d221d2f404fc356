import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Consumer, importAll, installPacked, oldestTypeScript } from "./support/consumer.ts";
import { entriesOf, listPackages, type Package, root } from "./support/workspace.ts";

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
      expect(consumer.check("all.ts", libraries, "oldest")).toEqual({ status: 0, output: "" });
    },
    60_000,
  );

  test("says which TypeScript its types need", () => {
    const { output } = consumer.node("node_modules/typescript/bin/tsc", "--version");
    expect(output).toContain(`Version ${oldestTypeScript}.`);
    expect(readFileSync(join(consumer.folder, "node_modules/@platewright/core/README.md"), "utf8")).toContain(
      `TypeScript ${oldestTypeScript} or newer`,
    );
  });

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

  test.each(packages)("finds the licence in $manifest.name", ({ manifest }) => {
    const licence = join(consumer.folder, "node_modules", manifest.name, "LICENSE");
    expect(readFileSync(licence, "utf8")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
  });

  test("loads with require, too", () => {
    consumer.write("all.cjs", `console.log(typeof require("@platewright/core").createPlatewright);`);
    expect(consumer.node("all.cjs")).toEqual({ status: 0, output: "function\n" });
  });

  const commands = packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}));
  test.each(commands)("has the command %s", (command) => {
    const outcome = consumer.node(join("node_modules", ".bin", command), "--help");
    expect(outcome).toMatchObject({ status: 0, output: expect.stringContaining(command) });
  });

  test("without TensorFlow.js runs pipelines of families with the variants that it can", () => {
    rmSync(join(consumer.folder, "node_modules", "@tensorflow"), { recursive: true });
    consumer.write(
      "families.mjs",
      `import { ndarrayBackend } from "@platewright/backend-ndarray";
       import { createHostArray, createPlatewright, definePipeline, step, use } from "@platewright/core";
       import { gaussian, maxProjection } from "@platewright/functions/families";
       import { imageXpress } from "@platewright/microscopes";
       import { disk } from "@platewright/vfs-disk";

       const folder = await disk().open("plate");
       await folder.writeArray("A01_s1_w1.tif", createHostArray([8, 8], "uint16", new Uint16Array(64).fill(7)));
       const pw = createPlatewright(ndarrayBackend(), disk(), imageXpress());
       const plate = await pw.openPlate("plate");
       const steps = [step("smooth", use(gaussian, { sigma: 1 })), step("project", maxProjection)];
       const plan = await pw.compile(definePipeline({ name: "p", steps }), plate, { out: "out" });
       const { status } = await pw.run(plan, { plate });
       console.log(status, plan.steps.length);
       await gaussian.tfjs({}).catch(({ code, message }) => console.log(code, message));`,
    );
    expect(consumer.node("families.mjs")).toEqual({
      status: 0,
      output:
        "complete 2\nregistry Functions on tensors need TensorFlow.js: npm install @tensorflow/tfjs-core, and one of its backends.\n",
    });
  });
});
