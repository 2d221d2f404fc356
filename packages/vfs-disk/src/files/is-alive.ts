import { hasCode } from "./storage-error.ts";

/** Whether a process of this machine lives, whoever it belongs to. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (thrown) {
    return hasCode(thrown, "EPERM");
  }
}
