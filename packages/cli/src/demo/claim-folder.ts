import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlatewrightError } from "@platewright/core";

/** By this file a folder is known to be a demo's. */
const markName = "platewright-demo.json";

const mark = { madeBy: "platewright demo" };

/**
 * Makes a folder the demo's own: a new or empty one, or that of an earlier demo. Nothing in it is deleted.
 * Throws "exists" where the folder, or the plate in it, holds anything else, "storage" where it can't be made.
 */
export async function claimFolder(folder: string, plateFiles: readonly string[]): Promise<void> {
  const found = await list(folder);
  if (found.length > 0) {
    if (!(await isMarked(folder))) {
      throw new PlatewrightError(
        "exists",
        `The folder ${folder} holds ${JSON.stringify(found[0])}, which no demo made. Give the demo a folder of its own: platewright demo --out <folder>.`,
        { folder, found: found.slice(0, 10) },
      );
    }
    await checkPlate(join(folder, "plate"), plateFiles);
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new PlatewrightError("storage", `The folder ${folder} can't be made. Give another one.`, { cause });
  });
  await writeFile(join(folder, markName), `${JSON.stringify(mark, undefined, 2)}\n`);
}

// A stranger's image in the plate would be counted with it.
async function checkPlate(plate: string, plateFiles: readonly string[]): Promise<void> {
  const own = new Set(plateFiles.flatMap((path) => [path, path.slice(0, path.lastIndexOf("/"))]));
  const stranger = (await list(plate, true)).find((path) => !own.has(path));
  if (stranger === undefined) return;
  throw new PlatewrightError(
    "exists",
    `The demo's plate ${plate} holds ${JSON.stringify(stranger)}, which the demo did not make. Move it elsewhere, or give the demo another folder.`,
    { plate, stranger },
  );
}

async function list(folder: string, recursive = false): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { recursive })).map((path) => path.replaceAll("\\", "/")).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new PlatewrightError("storage", `${folder} can't be read as a folder. Give the demo another one.`, {
      cause,
      folder,
    });
  }
}

async function isMarked(folder: string): Promise<boolean> {
  try {
    return JSON.parse(await readFile(join(folder, markName), "utf8")).madeBy === mark.madeBy;
  } catch {
    return false;
  }
}
