import { summarizePlate } from "../inspect/summarize.ts";
import { summaryText } from "../inspect/summary-text.ts";
import { installForPlates } from "../install.ts";
import { openChosenPlate } from "../open-plate.ts";
import { loadPlugins } from "../pipeline/load-pipeline.ts";
import type { RunCommand } from "./command.ts";

/** `platewright inspect`: what is on a plate. */
export const inspect: RunCommand = async ({ given, output }) => {
  const [plate = ""] = given.args;
  const file = given.text("plugins");
  const plugins = file === undefined ? [] : await loadPlugins(file);
  const { index } = await openChosenPlate(installForPlates(plugins), {
    plate,
    layout: given.text("layout"),
    pattern: given.text("pattern"),
  });
  const summary = summarizePlate(index, {
    wells: given.list("wells"),
    excludeWells: given.list("exclude-wells"),
  });
  if (output.json) output.document(summary);
  else output.data(summaryText(summary, output.style));
  return 0;
};
