// The memory types that are here, in the combinations in which they are used together.
import { ndarrayBackend } from "@platewright/backend-ndarray";
import { shareMemory, tfjsBackend } from "@platewright/backend-tfjs";
import { shareBuffers, tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import { webgpuBackend } from "@platewright/backend-webgpu";
import { createPlatewright } from "@platewright/core";
import * as tf from "@tensorflow/tfjs-core";

const backends = {
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
};

// Yields what is installed together, under which name each memory type stands in a table, and the lease of a device.
export async function* installations() {
  const ndarray = ndarrayBackend();
  tf.enableProdMode();
  for (const [backend, load] of Object.entries(backends)) {
    await load();
    await tf.setBackend(backend);
    await tf.ready();
    const tfjs = tfjsBackend({ tf });
    const direct = shareMemory(tfjs, ndarray);
    const { memory } = createPlatewright(ndarray, tfjs, ...direct);
    yield { memory, direct, names: { ndarray: "ndarray", tfjs: `tfjs ${backend}` } };
  }
  const webgpu = webgpuBackend();
  const [best] = await webgpu.devices.list();
  if (!best) return;
  const lease = await webgpu.devices.lease(best.id);
  const tfjs = tfjsOnWebgpu({ tf, webgpu });
  const direct = shareBuffers(tfjs, webgpu);
  const { memory } = createPlatewright(webgpu, tfjs, ...direct);
  yield { memory, direct, names: { webgpu: "webgpu", tfjs: "tfjs webgpu" }, lease };
  lease.release();
}
