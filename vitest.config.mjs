import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { findChromium } from "./scripts/setup/chromium.mjs";
import { canRunShaders, graphicsEnvironment } from "./scripts/setup/graphics.mjs";

// Before any worker starts: the Vulkan loader reads the environment that a process began with.
Object.assign(process.env, graphicsEnvironment());
// Tests in a browser find it here.
const chromium = findChromium();
if (chromium !== undefined) process.env.PLATEWRIGHT_CHROMIUM = chromium;

// `npm test` says so where they are left out, and ends where CI=true.
const shaders = ["packages/backend-webgpu/test/compute/**", "packages/functions/test/webgpu/**"];

const conditions = ["@platewright/source", "module", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/**/*.test.ts", "test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(canRunShaders() ? [] : shaders)],
    typecheck: { enabled: true, include: ["packages/*/test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
    testTimeout: 30_000,
    // Each file in a process of its own: Dawn is not to be ended together with a thread.
    pool: "forks",
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
