import { homedir } from "node:os";
import { join } from "node:path";

/** The folder in which translated TypeScript is kept between runs: the user's own, so that nobody else's code is run from it. */
export function cacheFolder(): string {
  return join(userCache(), "platewright", "modules");
}

/** Where programs keep what they can make again (XDG Base Directory Specification, and the like of macOS and Windows). */
function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA) return LOCALAPPDATA;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}
