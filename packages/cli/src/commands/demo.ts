import { layersOfFlags } from "../config/flag-settings.ts";
import { mergeLayers } from "../config/layer.ts";
import type { RunCommand } from "./command.ts";

/** `platewright demo`: a plate with known truth, made and run. */
export const demo: RunCommand = async ({ given, output }) => {
  const { runDemo } = await import("../demo/index.ts");
  const { workers = 1 } = mergeLayers(layersOfFlags(given));
  return await runDemo(given.text("out") ?? "platewright-demo", workers, output);
};
