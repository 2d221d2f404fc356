import type { Tensor } from "@tensorflow/tfjs-core";
import { toCoreError } from "./errors.ts";
import type { Tf } from "./tensor.ts";

const settlers = new WeakMap<object, () => Promise<void>>();

// What lay on a device that was lost is disposed of, and TensorFlow.js knows no more where it was.
const backends = new WeakMap<object, object>();

/** Names what waits until the device of a backend has accepted its work. */
export function onSettle(backend: object, settle: () => Promise<void>): void {
  settlers.set(backend, settle);
}

/** Remembers the backend on which a tensor lies beyond its end. */
export function rememberBackend({ dataId }: Tensor, backend: object): void {
  backends.set(dataId, backend);
}

/** The backend on which a tensor lies, or lay. */
export function backendOf(tf: Tf, { dataId }: Tensor): object | undefined {
  return backends.get(dataId) ?? tf.engine().state.tensorInfo.get(dataId)?.backend;
}

/**
 * Runs a synchronous computation on tensors in `tf.tidy`, on the backend on which `input` lies, and answers once the
 * device has accepted it. Throws "out-of-memory" and "device-lost" where TensorFlow.js by itself would go on with garbage.
 *
 * @example
 * export const invert = tfjs({ name: "invert" }, (stack) => computeTensor(tf, stack, () => tf.sub(65535, stack)));
 */
export async function computeTensor(tf: Tf, input: Tensor, compute: () => Tensor): Promise<Tensor> {
  const backend = backendOf(tf, input);
  const settle = backend && settlers.get(backend);
  if (input.isDisposed) await settle?.(); // says so where the device was lost
  activate(tf, backend);
  const place = {
    device: `tfjs:${tf.getBackend()}`,
    requestedBytes: input.size * 4,
    budgetBytes: Number.POSITIVE_INFINITY,
  };
  let result: Tensor | undefined;
  try {
    result = tf.tidy(compute);
    await settle?.();
    return result;
  } catch (thrown) {
    if (result && result !== input) result.dispose();
    await settle?.().catch(() => {}); // memory that recorded work holds on to
    throw toCoreError(tf, thrown, place);
  }
}

/** The values of a tensor, as it holds them; never write to them. Throws "out-of-memory" and "device-lost". */
export async function readTensor(tf: Tf, tensor: Tensor): Promise<Float32Array | Int32Array | Uint8Array> {
  try {
    return await tensor.data();
  } catch (thrown) {
    const backend = backendOf(tf, tensor);
    await (backend && settlers.get(backend))?.(); // says so where the device was lost
    throw thrown;
  }
}

/** Makes a backend the one that computes; there may be one for each device. */
function activate(tf: Tf, backend: object | undefined): void {
  const engine = tf.engine();
  if (!backend || backend === engine.backend) return;
  const name = Object.keys(engine.registry).find((key) => engine.registry[key] === backend);
  if (name !== undefined) void tf.setBackend(name);
}
