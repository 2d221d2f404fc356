import { tfjs } from "@platewright/backend-tfjs";
import { type Declarer, PlatewrightError } from "@platewright/core";
import type * as Tf from "@tensorflow/tfjs-core";

/**
 * TensorFlow.js, from the first call of a declared function on. It is not loaded with the functions: their families are
 * there for applications without it, too.
 */
export let tf: typeof Tf;

/** Declares a function on tensors that has TensorFlow.js at hand when it is called. */
export const tensors: Declarer<"tfjs"> = (contract, fn) =>
  tfjs(contract, (async (...given: unknown[]) => {
    tf ??= await load();
    return await (fn as (...given: unknown[]) => unknown)(...given);
  }) as unknown as typeof fn);

async function load(): Promise<typeof Tf> {
  try {
    return await import("@tensorflow/tfjs-core");
  } catch (cause) {
    throw new PlatewrightError(
      "registry",
      "Functions on tensors need TensorFlow.js: npm install @tensorflow/tfjs-core, and one of its backends.",
      { cause },
    );
  }
}
