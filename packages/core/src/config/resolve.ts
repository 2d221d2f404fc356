import {
  checkSettings,
  type GlobalSettings,
  type Level,
  type PipelineSettings,
  type SettingName,
  type StepSettings,
  settings,
} from "./settings.ts";

/** Every setting with its value, and the level it came from. */
export interface ResolvedSettings {
  readonly values: Required<Omit<GlobalSettings, "memoryLimit" | "device" | "chunkSize">> & {
    readonly memoryLimit: number | undefined;
    readonly chunkSize: number | undefined;
    readonly device: string | undefined;
  };
  readonly origins: { readonly [S in SettingName]: Level };
}

/** The three levels; `undefined` in one inherits from the one before. */
export interface SettingLevels {
  readonly global?: GlobalSettings | undefined;
  readonly pipeline?: PipelineSettings | undefined;
  readonly step?: StepSettings | undefined;
}

/** Resolves the levels once, into a frozen snapshot. Throws "parameter" where a level holds what it may not. */
export function resolveSettings(levels: SettingLevels): ResolvedSettings {
  const checked = (["global", "pipeline", "step"] as const).map(
    (level) => [level, checkSettings(levels[level] ?? {}, level, `The ${level} configuration`)] as const,
  );
  const values: Record<string, unknown> = {};
  const origins: Record<string, Level> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    values[name] = settings[name].default;
    origins[name] = "default";
    for (const [level, given] of checked) {
      const value = (given as GlobalSettings)[name];
      if (value === undefined) continue;
      values[name] = value;
      origins[name] = level;
    }
  }
  return Object.freeze({
    values: Object.freeze(values),
    origins: Object.freeze(origins),
  }) as unknown as ResolvedSettings;
}
