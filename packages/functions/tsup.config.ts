import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    families: "src/families.ts",
    "ndarray/index": "src/ndarray/index.ts",
    "tfjs/index": "src/tfjs/index.ts",
    "webgpu/index": "src/webgpu/index.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  dts: false,
  clean: true,
  sourcemap: true,
});
