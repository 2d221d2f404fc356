import { PlatewrightError } from "../errors.ts";
import { defined } from "../plain-data.ts";
import { type ResolvedSettings, resolveSettings } from "./resolve.ts";
import {
  checkSettings,
  type GlobalSettings,
  type PipelineSettings,
  type SettingName,
  type StepSettings,
  settings,
} from "./settings.ts";

/** The values of all levels: what is left out, or `undefined`, is inherited from the level before. */
export interface ConfigValues {
  readonly global: GlobalSettings;
  readonly pipeline: PipelineSettings;
  /** By the step's name. */
  readonly steps: { readonly [step: string]: StepSettings };
}

/** The level that an update is about; a step is named. */
export type ConfigLevel = "global" | "pipeline" | { readonly step: string };

/** One setting that an update changed. */
export interface ConfigChange {
  readonly level: ConfigLevel;
  readonly name: SettingName;
  readonly from: unknown;
  readonly to: unknown;
  /** The levels below (and this one) whose resolved value is now another: those that did not set it themselves. */
  readonly affects: readonly ConfigLevel[];
}

/**
 * A configuration that is edited while it is used, as by a form. Working values change at once; what the compiler is
 * handed changes only with `save`, so that an edit never leaks into a plan that is being made.
 */
export interface ConfigStore {
  /** What is being edited. */
  working(): ConfigValues;
  /** What was saved last: frozen, and the same object until the next save. */
  saved(): ConfigValues;
  /** Whether there is something to save. */
  isDirty(): boolean;
  /** The values in force at a level, with the level each came from; of the saved values on request. */
  resolve(level: ConfigLevel, of?: "working" | "saved"): ResolvedSettings;
  /**
   * Sets values at a level; `undefined` makes the level inherit again. Checked at once: throws "parameter", and nothing
   * is changed, for unknown names, wrong values and settings that do not belong to the level.
   */
  update(level: ConfigLevel, patch: GlobalSettings): readonly ConfigChange[];
  /** Makes the working values the saved ones. */
  save(): ConfigValues;
  /** Goes back to the saved values. */
  revert(): readonly ConfigChange[];
  /** Calls back with what changed, after each update or revert that changed anything; answers how to stop. */
  subscribe(listener: (changes: readonly ConfigChange[]) => void): () => void;
}

/** Makes a store of settings. Throws "parameter" where the first values are not allowed. */
export function createConfigStore(initial: Partial<ConfigValues> = {}): ConfigStore {
  let working = checkValues({ global: {}, pipeline: {}, steps: {}, ...initial });
  let saved = working;
  const listeners = new Set<(changes: readonly ConfigChange[]) => void>();

  const change = (next: ConfigValues): readonly ConfigChange[] => {
    const changes = compareValues(working, next);
    working = next;
    if (changes.length > 0) for (const listener of [...listeners]) listener(changes);
    return changes;
  };

  return Object.freeze<ConfigStore>({
    working: () => working,
    saved: () => saved,
    isDirty: () => compareValues(saved, working).length > 0,
    resolve: (level, of = "working") => resolveAt(of === "saved" ? saved : working, level),
    update: (level, patch) => change(checkValues(patchValues(working, level, patch))),
    save() {
      saved = working;
      return saved;
    },
    revert: () => change(saved),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
}

function checkValues({ global, pipeline, steps }: ConfigValues): ConfigValues {
  return Object.freeze({
    global: checkSettings(global, "global", "The global level"),
    pipeline: checkSettings(pipeline, "pipeline", "The pipeline level"),
    steps: Object.freeze(
      Object.fromEntries(
        Object.entries(steps).map(([step, own]) => [step, checkSettings(own, "step", `The step "${step}"`)]),
      ),
    ),
  });
}

function patchValues(values: ConfigValues, level: ConfigLevel, patch: GlobalSettings): ConfigValues {
  if (level === "global") return { ...values, global: defined({ ...values.global, ...patch }) };
  if (level === "pipeline") return { ...values, pipeline: defined({ ...values.pipeline, ...patch }) };
  if (typeof level?.step !== "string") {
    throw new PlatewrightError(
      "parameter",
      `There is no level ${JSON.stringify(level)}. Levels: "global", "pipeline", { step: "name" }.`,
    );
  }
  return {
    ...values,
    steps: { ...values.steps, [level.step]: defined({ ...ofStep(values, level.step), ...patch }) },
  };
}

function resolveAt(values: ConfigValues, level: ConfigLevel): ResolvedSettings {
  const { global, pipeline } = values;
  if (level === "global") return resolveSettings({ global });
  if (level === "pipeline") return resolveSettings({ global, pipeline });
  return resolveSettings({ global, pipeline, step: ofStep(values, level.step) });
}

function ofStep({ steps }: ConfigValues, step: string): StepSettings {
  return (Object.hasOwn(steps, step) && steps[step]) || {};
}

function compareValues(before: ConfigValues, after: ConfigValues): readonly ConfigChange[] {
  if (before === after) return [];
  const names = Object.keys(settings) as SettingName[];
  const steps = [...new Set([...Object.keys(before.steps), ...Object.keys(after.steps)])];
  const levels: readonly ConfigLevel[] = ["global", "pipeline", ...steps.map((step) => ({ step }))];
  return levels.flatMap((level) =>
    names.flatMap((name) => {
      const from = ownValue(before, level, name);
      const to = ownValue(after, level, name);
      if (same(from, to)) return [];
      const affects = levelsBelow(level, levels).filter(
        (lower) => !same(resolveAt(before, lower).values[name], resolveAt(after, lower).values[name]),
      );
      return [Object.freeze({ level, name, from, to, affects })];
    }),
  );
}

function ownValue(values: ConfigValues, level: ConfigLevel, name: SettingName): unknown {
  const own = typeof level === "string" ? values[level] : ofStep(values, level.step);
  return (own as GlobalSettings)[name];
}

function levelsBelow(level: ConfigLevel, levels: readonly ConfigLevel[]): readonly ConfigLevel[] {
  if (typeof level !== "string") return [level];
  return levels.slice(levels.indexOf(level));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
