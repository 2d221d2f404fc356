import { existsSync } from "node:fs";

/** The path of a browser of Chromium's family; undefined where there is none. */
export function findChromium(env = process.env) {
  return [
    env.PLATEWRIGHT_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ].find((path) => path !== undefined && existsSync(path));
}
