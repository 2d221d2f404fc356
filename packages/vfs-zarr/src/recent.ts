/** Answers what was loaded under a key before, or loads it now. What is shared hangs on no caller's signal. */
export type Recent<T> = (key: string, load: () => Promise<T>) => Promise<T>;

/**
 * Keeps what was loaded, so that it is loaded once, also for those who ask at the same time; what fails is loaded again.
 * Of more than `room` what was asked for longest ago goes first; `sizeOf` a value is 1 by default.
 */
export function createRecent<T>(room: number, sizeOf: (value: T) => number = () => 1): Recent<T> {
  const kept = new Map<string, { readonly value: Promise<T>; size: number }>();
  let total = 0;
  const drop = (key: string): void => {
    total -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  const begin = (key: string, load: () => Promise<T>) => {
    const entry = { value: load(), size: 0 };
    entry.value.then(
      (value) => {
        if (kept.get(key) !== entry) return;
        entry.size = sizeOf(value);
        total += entry.size;
        for (const oldest of kept.keys()) {
          if (total <= room) break;
          drop(oldest);
        }
      },
      () => kept.get(key) === entry && drop(key),
    );
    return entry;
  };
  return (key, load) => {
    const entry = kept.get(key) ?? begin(key, load);
    // The last asked for is the last to go.
    kept.delete(key);
    kept.set(key, entry);
    return entry.value;
  };
}
