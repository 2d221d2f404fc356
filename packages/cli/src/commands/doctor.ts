import { checkup } from "../doctor/checkup.ts";
import { checkupText } from "../doctor/checkup-text.ts";
import type { RunCommand } from "./command.ts";

/** `platewright doctor`: what is installed, and what to do about what is missing. */
export const doctor: RunCommand = async ({ output }) => {
  const found = await checkup();
  if (output.json) output.document(found);
  else output.data(checkupText(found, output.style));
  return found.ok ? 0 : 1;
};
