import type { GlobalSettings } from "@platewright/core";

/** What a configuration file may hold: settings of the global level. */
export interface Config extends Omit<GlobalSettings, "memoryLimit"> {
  /** In bytes, or as a size such as `"2GiB"`. */
  readonly memoryLimit?: number | string;
}

/**
 * Types a configuration file; it is checked when it is loaded.
 *
 * @example
 * // platewright.config.ts
 * export default defineConfig({ workers: 4, memoryLimit: "2GiB" });
 */
export function defineConfig(config: Config): Config {
  return config;
}
