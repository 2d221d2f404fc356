/** Listens for Ctrl-C. */
export interface Interrupt {
  /** Aborts at the first one. */
  readonly signal: AbortSignal;
  stop(): void;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * From now on the first SIGINT or SIGTERM aborts the signal and calls `onFirst`; the second ends the process at once, by
 * the system's own hand, so that it works even while a function keeps the thread busy.
 */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of signals) process.off(name, abort);
  };
  const abort = (name: NodeJS.Signals): void => {
    stop();
    controller.abort(new Error(`Interrupted by ${name}.`));
    onFirst();
  };
  for (const name of signals) process.on(name, abort);
  return { signal: controller.signal, stop };
}
