import {
  type ArrayInfo,
  absentDevice,
  applyDTypePolicy,
  bytesPerElement,
  type DeviceProvider,
  type DType,
  type DTypePolicy,
  hostPool,
  type MemoryType,
  PlatewrightError,
  sizeOf,
} from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { createBudget } from "./budget.ts";
import { castTensor, checkNoNaN } from "./cast.ts";
import { fromHost, isHeldAsItIs, toHost } from "./host-edges.ts";
import { createSoleDevice } from "./sole-device.ts";
import { stackTensors, unstackTensor } from "./stack.ts";
import { dtypeOfTensor, isTensor, type Tf, tfjsDTypes } from "./tensor.ts";
import { accessTo } from "./values.ts";

/** How many times slower than a GPU these backends are, as measured on functions of images. */
const slownessOf: Readonly<Record<string, number>> = { wasm: 2000, cpu: 8000, tensorflow: 50 };

/** Bytes of one value in a tensor: whole numbers are held as int32. */
function bytesHeld(dtype: DType): number {
  return dtype === "bool" ? 1 : 4;
}

/** What the memory type is made over. */
export interface TfjsOptions {
  /** TensorFlow.js as imported, its backend chosen and ready: `await tf.setBackend("wasm")` first. */
  readonly tf: Tf;
  /** Bytes that all tensors together may hold. Default: 3 GiB on wasm, whose heap ends at 4, else no limit but the machine's. */
  readonly budgetBytes?: number | undefined;
}

/**
 * The memory type `tfjs`: tensors of the backend that `tf` has when this is called. On cpu a tensor and a host array of
 * float32, int32 or bool are the same memory. Throws "device" where `tf` has no backend yet.
 *
 * @example
 * await tf.setBackend("wasm");
 * const pw = createPlatewright(ndarrayBackend(), tfjsBackend({ tf }));
 */
export function tfjsBackend({ tf, budgetBytes }: TfjsOptions): MemoryType<"tfjs"> {
  const backend = readyBackend(tf);
  const limit = budgetBytes ?? (backend === "wasm" ? 3 * 2 ** 30 : Number.POSITIVE_INFINITY);
  const access = accessTo(tf, backend);
  const id = `tfjs:${backend}`;
  const budget = createBudget(tf, id, limit);
  const isGpu = runsOnGpu(tf, backend);
  const devices: DeviceProvider | undefined = isGpu ? createSoleDevice(tf, backend, limit) : undefined;
  const activate = (): void => {
    // Takes effect at once for a backend that is ready; what tensors are made on is one setting for all of tf.
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
  };
  const describe = (tensor: Tensor): ArrayInfo => ({
    ...describeTensor(tensor),
    ...(isGpu ? { device: id } : {}),
  });
  const checkedCast = async (tensor: Tensor, dtype: DType): Promise<Tensor> => {
    if (dtypeOfTensor(tensor) === dtype) return tensor;
    await checkNoNaN(tf, tensor, dtype);
    activate();
    return budget.spend(tensor.size * 4, () => castTensor(tf, tensor, dtype));
  };

  return {
    kind: "memory-type",
    name: "tfjs",
    processor: isGpu ? "gpu" : "cpu",
    dtypes: tfjsDTypes,
    slowness: slownessOf[backend] ?? 1,
    bytesPerValue: bytesHeld,
    ...(devices ? { devices } : {}),
    is: isTensor,
    describe,
    storageOf: (tensor) => access.storageOf(tensor),
    hostCost: ({ dtype }) => {
      if (isGpu) return "transfer";
      return access.shares && tfjsDTypes.includes(dtype) && isHeldAsItIs(dtype) ? "view" : "host-copy";
    },
    toHost(tensor) {
      activate();
      return toHost(access, tensor);
    },
    fromHost(array, options) {
      if (isGpu && options?.device !== id) throw absentDevice(options?.device, "tfjs", [id]);
      activate();
      const isShared = access.shares && isHeldAsItIs(array.dtype);
      return budget.spend(isShared ? 0 : sizeOf(array.shape) * 4, () => fromHost(tf, access, array));
    },
    stack(slices) {
      activate();
      const size = slices.reduce((sum, slice) => sum + slice.size, 0);
      return budget.spend(access.shares ? 0 : size * 4, () => stackTensors(tf, access, slices));
    },
    unstack(stack) {
      activate();
      return budget.spend(access.shares ? 0 : stack.size * 4, () => unstackTensor(tf, access, stack));
    },
    async cast(tensor, dtype, policy) {
      activate();
      if (policy === "native") return tensor;
      if (policy === "preserve") return checkedCast(tensor, dtype);
      // On the host, in float64: a float32 can't tell the levels of a wide range apart.
      const held = await toHost(access, tensor);
      try {
        const host = applyDTypePolicy(held, dtype, policy satisfies DTypePolicy);
        activate();
        return budget.spend(tensor.size * 4, () => fromHost(tf, access, host));
      } finally {
        if (hostPool.storageOf(held.data) !== access.storageOf(tensor)) hostPool.release(held.data);
      }
    },
    dispose: (tensor) => access.dispose(tensor),
  };
}

/** Shape, strides, dtype and bytes of a tensor, as if small integers were not held as int32. */
export function describeTensor(tensor: Tensor): ArrayInfo {
  const dtype = dtypeOfTensor(tensor);
  const { shape } = tensor;
  return {
    shape: [...shape],
    strides: shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
    dtype,
    bytes: tensor.size * bytesPerElement(dtype),
  };
}

function readyBackend(tf: Tf): string {
  const name = tf.getBackend();
  if (name && tf.engine().registry[name]) return name;
  throw new PlatewrightError(
    "device",
    `TensorFlow.js has no backend that is ready${name ? `: ${name} is not` : ""}. Import one and wait for it: await tf.setBackend("cpu").`,
    { backend: name },
  );
}

/** Whether a backend computes on a GPU; tfjs-node and tfjs-node-gpu have one name. */
function runsOnGpu(tf: Tf, backend: string): boolean {
  if (backend === "tensorflow") {
    return (tf.backend() as unknown as { readonly isGPUPackage?: boolean }).isGPUPackage === true;
  }
  return backend === "webgpu" || backend === "webgl";
}
