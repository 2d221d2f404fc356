import {
  absentDevice,
  type DeviceInfo,
  type DeviceLease,
  type DeviceProvider,
  throwIfAborted,
} from "@platewright/core";
import type { Tf } from "./tensor.ts";

/** The one device of a backend that TensorFlow.js opens by itself and does not let go of. */
export function createSoleDevice(tf: Tf, backend: string, budgetBytes: number): DeviceProvider {
  const info: DeviceInfo = Object.freeze({
    id: `tfjs:${backend}`,
    name: `TensorFlow.js on ${backend}`,
    processor: "hardware",
    budgetBytes,
    maxArrayBytes: budgetBytes,
  });
  return {
    name: "tfjs",
    list: async () => [info],
    remedy: async () => undefined,
    async lease(id, options = {}) {
      throwIfAborted(options.signal);
      if (id !== info.id) throw absentDevice(id, "tfjs", [info.id]);
      const lease: DeviceLease = {
        device: info,
        budgetBytes: Math.min(budgetBytes, options.budgetBytes ?? Number.POSITIVE_INFINITY),
        lost: new Promise(() => {}), // nobody tells
        isLost: false,
        usage() {
          const { numBytes, numDataBuffers } = tf.memory();
          return { liveBytes: numBytes, liveBuffers: numDataBuffers, idleBytes: 0 };
        },
        trim() {},
        release() {},
      };
      return lease;
    },
  };
}
