import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    bin: "src/bin.ts",
    worker: "src/workers/worker.ts",
    "doctor-probe": "src/doctor/probe.ts",
    "demo-pipeline": "src/demo/demo-pipeline.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "node",
  dts: false,
  clean: true,
  sourcemap: true,
});
