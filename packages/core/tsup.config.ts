import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  dts: false,
  clean: true,
  sourcemap: true,
  // The conformance kit tests plugins with the very core that they run on.
  external: ["@platewright/core"],
});
