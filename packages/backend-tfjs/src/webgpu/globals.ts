import { PlatewrightError } from "@platewright/core";

/**
 * Sees to it that WebGPU's constants and classes are global, as TensorFlow.js takes for granted; in Node they come from
 * Dawn. Throws "device" where they are nowhere.
 */
export async function provideWebgpuGlobals(): Promise<void> {
  const there = globalThis as Record<string, unknown>;
  if (there.GPUBufferUsage !== undefined) return;
  try {
    const name = "webgpu"; // not a literal, so that a page's bundler does not look for it
    const { globals } = (await import(/* @vite-ignore */ name)) as {
      readonly globals: Record<string, unknown>;
    };
    for (const [key, value] of Object.entries(globals)) there[key] ??= value;
  } catch (cause) {
    throw new PlatewrightError(
      "device",
      "TensorFlow.js needs WebGPU's globals, which are not here. In Node, install the package webgpu: npm install webgpu.",
      { cause },
    );
  }
}

/** Runs what looks for `navigator.gpu` before it does its work; Node has none. */
export function withNavigatorGpu<T>(make: () => T): T {
  const there = globalThis as { navigator?: { gpu?: unknown } };
  if (there.navigator?.gpu) return make();
  const [holder, key, value] = there.navigator
    ? ([there.navigator, "gpu", {}] as const)
    : ([globalThis, "navigator", { gpu: {} }] as const);
  Object.defineProperty(holder, key, { value, configurable: true });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(holder, key);
  }
}
