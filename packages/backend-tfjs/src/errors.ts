import { deviceLost, isPlatewrightError, messageOf, outOfMemory } from "@platewright/core";
import type { Tf } from "./tensor.ts";

const noRoom =
  /out of memory|allocation failed|invalid (typed )?array (buffer )?length|\bOOM\b|resource ?exhausted|failed to allocate/i;
const lost = /(device|context) (is |was )?lost/i;

/** What is known of the backend an error came from. */
export interface ErrorPlace {
  /** Such as `"tfjs:wasm"`. */
  readonly device: string;
  readonly requestedBytes: number;
  readonly budgetBytes: number;
}

/** The error of an operation: TensorFlow.js's own about memory and lost devices in core's words, any other as it is. */
export function toCoreError(
  tf: Tf,
  thrown: unknown,
  { device, requestedBytes, budgetBytes }: ErrorPlace,
): unknown {
  if (isPlatewrightError(thrown)) return thrown;
  const message = messageOf(thrown);
  if (lost.test(message)) return deviceLost(device, message);
  if (!noRoom.test(message)) return thrown;
  return outOfMemory({ device, requestedBytes, liveBytes: tf.memory().numBytes, budgetBytes, cause: thrown });
}
