import { outOfMemory } from "@platewright/core";
import { toCoreError } from "./errors.ts";
import type { Tf } from "./tensor.ts";

/** Keeps the tensors of a backend within a number of bytes. */
export interface Budget {
  /**
   * Runs what makes tensors of so many bytes. Throws "out-of-memory" before it where they would pass the budget, and
   * TensorFlow.js's own errors about memory and lost devices in core's words.
   */
  spend<T>(bytes: number, make: () => T): T;
}

/** A budget over all tensors that `tf` counts. `device` is what errors call the backend. */
export function createBudget(tf: Tf, device: string, budgetBytes: number): Budget {
  return {
    spend(requestedBytes, make) {
      const liveBytes = tf.memory().numBytes;
      if (liveBytes + requestedBytes > budgetBytes) {
        throw outOfMemory({ device, requestedBytes, liveBytes, budgetBytes });
      }
      try {
        return make();
      } catch (thrown) {
        throw toCoreError(tf, thrown, { device, requestedBytes, budgetBytes });
      }
    },
  };
}
