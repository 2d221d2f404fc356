/** Lets what waits go first: signals, files that were read, timers. Kernels are synchronous, so nothing else gets a turn between units. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
