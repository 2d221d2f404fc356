import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "tsup";
import { describe } from "vitest";

const executablePath = process.env.PLATEWRIGHT_CHROMIUM;

/** `describe` for what needs a browser; it is skipped where there is none. `npm test` installs one where it may. */
export const describeBrowser: typeof describe.skip = executablePath === undefined ? describe.skip : describe;

/** A page in a real browser that runs a program of the tests. */
export interface TestPage {
  /** Calls a function of the program; arguments and answer pass as JSON does, typed arrays too. */
  call<R>(name: string, ...args: readonly unknown[]): Promise<R>;
  close(): Promise<void>;
}

/**
 * Opens a page in headless Chromium, with WebGPU in software, that runs a module: its exports can be called. It is bundled
 * from the sources as an application would bundle it.
 */
export async function openTestPage(program: URL): Promise<TestPage> {
  const script = await bundle(program);
  const server = createServer(({ url }, response) => {
    const isScript = url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(
      isScript
        ? script
        : '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  });
  const close = async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error.stack)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("globalThis.program").catch((cause: unknown) => {
      throw new Error(`The page does not load: ${faults.join("\n")}`, { cause });
    });
    return {
      call: (name, ...args) =>
        page.evaluate(
          ([fn, given]) =>
            (globalThis as unknown as { program: Record<string, (...a: unknown[]) => never> }).program[fn]?.(
              ...given,
            ),
          [name, args] as [string, unknown[]],
        ) as Promise<never>,
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function bundle(program: URL): Promise<string> {
  const outDir = mkdtempSync(join(realpathSync(tmpdir()), "platewright-page-"));
  try {
    await build({
      entry: { page: fileURLToPath(program) },
      outDir,
      format: "iife",
      globalName: "program",
      outExtension: () => ({ js: ".js" }),
      target: "es2022",
      platform: "browser",
      noExternal: [/.*/],
      config: false,
      dts: false,
      silent: true,
      esbuildOptions(options) {
        options.conditions = ["@platewright/source"];
        options.footer = { js: "globalThis.program = program;" };
      },
    });
    return readFileSync(join(outDir, "page.js"), "utf8");
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
