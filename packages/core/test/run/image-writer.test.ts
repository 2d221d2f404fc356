import {
  definePipeline,
  type HostArray,
  hostPool,
  type MemoryType,
  type RunEvent,
  type StorageBackend,
  type StorageProvider,
  step,
} from "@platewright/core";
import { expect, test } from "vitest";
import { shader, tensor } from "../pipeline/fixtures/backends.ts";
import { createShader, createTensor } from "../support/devices.ts";
import { createBench } from "../support/plate.ts";
import { createPlateKeeper } from "../support/plate-keeper.ts";
import { createFakeDisk } from "../support/storage.ts";

/** A disk named "slow" that asks before each image is written. */
function slowDisk(beforeWrite: (path: string, image: HostArray) => Promise<void>): StorageProvider {
  const { provider } = createFakeDisk("slow");
  return {
    ...provider,
    async open(location, options) {
      const backend: StorageBackend = await provider.open(location, options);
      return {
        ...backend,
        async writeArray(path, image, given) {
          await beforeWrite(path, image);
          await backend.writeArray?.(path, image, given);
        },
      };
    },
  };
}

/** The memory type of shaders, its host copies from the pool as a real device's are. */
function readingIntoThePool(shaders: ReturnType<typeof createShader>): MemoryType<"shader"> {
  return {
    ...shaders.type,
    toHost(array) {
      const host = hostPool.allocate(array.shape, array.dtype);
      host.data.set(shaders.read(array));
      return host;
    },
  };
}

test("what is brought from a device for writing keeps its memory until its last image is written", async () => {
  const shaders = createShader();
  const type = readingIntoThePool(shaders);
  const copy = shader({ name: "copy" }, (stack) =>
    shaders.create(stack.shape, stack.dtype, shaders.read(stack)),
  );
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const shared: boolean[] = [];
  const storage = slowDisk(async (path, { shape, dtype, data }) => {
    if (path.includes("s001")) await gate;
    if (!path.includes("s002") || path.includes("z001")) return;
    const other = hostPool.allocate([5, ...shape], dtype);
    shared.push(hostPool.storageOf(other.data) === hostPool.storageOf(data));
    hostPool.release(other.data);
    open();
  });
  const { pw, plate } = await createBench(
    { wells: ["A01"], sites: 2, channels: 1, planes: 5 },
    type,
    storage,
  );
  const pipeline = definePipeline({ name: "a", steps: [step("copy", copy)] });
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "slow" } });
  expect((await pw.run(plan, { plate, out: "/results" })).status).toBe("complete");
  expect(shared).toEqual([false, false, false, false]);
});

test("host copies of what a device gave go back to the pool: of kept arrays, and of stacks whose dtype is changed", async () => {
  const shaders = createShader();
  const shape = [2, 50, 60] as const;
  const type = readingIntoThePool(shaders);
  const give = shader(
    { name: "give", specialOutputs: ["map"], materialize: { map: "tiff" } },
    ({ shape }) => {
      const size = shape.reduce((a, b) => a * b);
      const create = () => shaders.create(shape, "float32", new Float32Array(size));
      return [create(), { map: create() }];
    },
  );
  const { pw, plate } = await createBench({ wells: ["A01"], channels: 1, planes: 2, shape: [50, 60] }, type);
  const plan = await pw.compile(definePipeline({ name: "a", steps: [step("give", give)] }), plate);
  const run = () => pw.run(plan, { plate, out: "/results", overwrite: true });
  expect((await run()).status).toBe("complete");
  hostPool.release(hostPool.allocate(shape, "float32").data);
  const before = hostPool.idleBytes;
  expect((await run()).status).toBe("complete");
  expect(hostPool.idleBytes).toBe(before);
});

test("a write that fails leaves nothing live of the units that were still to come", async () => {
  const keeper = createPlateKeeper();
  const tensors = createTensor();
  const copy = tensor({ name: "copy" }, (stack) =>
    tensors.create(stack.shape, stack.dtype, tensors.read(stack)),
  );
  const mark = tensor({ name: "mark", dtype: "int32", image: "labels" }, ({ shape }) =>
    tensors.create(shape, "int32", new Int32Array(shape.reduce((a, b) => a * b))),
  );
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const provider: StorageProvider = {
    ...keeper.provider,
    async open(location, options) {
      const backend = await keeper.provider.open(location, options);
      return {
        ...backend,
        async joinPlate(folder: string) {
          const { joinPlate } = backend as never as {
            joinPlate(folder: string): Promise<Record<string, unknown>>;
          };
          const full = async () => {
            await gate;
            throw new Error("no room on the disk");
          };
          return { ...(await joinPlate(folder)), writePlane: full, writeLabels: full };
        },
      } as never;
    },
  };
  const { pw, plate } = await createBench({ wells: ["A01"], sites: 3, channels: 1 }, tensors.type, provider);
  const pipeline = definePipeline({
    name: "a",
    steps: [step("copy", copy), step("mark", mark)],
  });
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  expect(plan.stores).toMatchObject([{ holds: "input" }]);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => {
    events.push(event);
    // The writes of the first site fail while the second is under way.
    if (event.type === "unit-done" && event.done === 2) open();
  };
  const report = await pw.run(plan, { plate, out: "/results", onEvent });
  expect(report.wells.A01?.error).toMatchObject({
    message: 'Well A01, step "mark": its images could not be kept: no room on the disk',
    causes: ["no room on the disk"],
  });
  expect(events.filter(({ type }) => type === "memory-leak")).toEqual([]);
  expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
});
