import { listTfjsBackends } from "@platewright/backend-tfjs";
import { expect, it } from "vitest";
import "./support/backends.ts";

it("lists what can be loaded, the fastest first, and how to get the rest", async () => {
  const list = await listTfjsBackends();
  expect(list.map((backend) => backend.package.replace("@tensorflow/tfjs-", ""))).toEqual([
    "node-gpu",
    "backend-webgpu",
    "node",
    "backend-wasm",
    "backend-cpu",
  ]);
  const there = list.filter(({ isThere }) => isThere).map(({ name }) => name);
  expect(there).toEqual(["webgpu", "wasm", "cpu"]);
  for (const { isThere, remedy, package: name } of list) {
    if (isThere) expect(remedy).toBeUndefined();
    else expect(remedy).toMatch(new RegExp(`npm install ${name}\\. .*firewall`));
  }
});

it("refuses a TensorFlow.js without a backend by saying what to do", async () => {
  const { tfjsBackend } = await import("@platewright/backend-tfjs");
  const none = { getBackend: () => undefined };
  expect(() => tfjsBackend({ tf: none as never })).toThrow('await tf.setBackend("cpu")');
});
