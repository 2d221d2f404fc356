import { createRequire } from "node:module";
import { defineConfig } from "../config/define-config.ts";

/** What a pipeline's module may import wherever it lies, without a node_modules of its own. */
export interface OwnModules {
  /** By specifier, the very copies that this program runs with; each is loaded when it is first read. */
  readonly loaded: Readonly<Record<string, unknown>>;
  /** By specifier, where the module lies. */
  readonly paths: Readonly<Record<string, string>>;
}

const specifiers = [
  "@platewright/core",
  "@platewright/backend-ndarray",
  "@platewright/backend-tfjs",
  "@platewright/backend-tfjs/webgpu",
  "@platewright/backend-webgpu",
  "@platewright/functions/families",
  "@platewright/functions/ndarray",
  "@platewright/functions/tfjs",
  "@platewright/functions/webgpu",
  "@platewright/kernels",
  "@platewright/microscopes",
  "@platewright/vfs-disk",
  "@platewright/vfs-zarr",
] as const;

/** Finds them. What is not installed here is left to the module's own surroundings. */
export function ownModules(): OwnModules {
  const require = createRequire(import.meta.url);
  const loaded: Record<string, unknown> = { "@platewright/cli": { defineConfig } };
  for (const specifier of specifiers) {
    if (!isInstalled(specifier, require)) continue;
    // Loaded at once, as a module's imports must be; the same copy that an import would give.
    Object.defineProperty(loaded, specifier, { enumerable: true, get: () => require(specifier) as unknown });
  }
  return { loaded, paths: { ndarray: ndarrayLibrary(require) } };
}

function isInstalled(specifier: string, { resolve }: NodeJS.Require): boolean {
  try {
    resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** The library under the memory type `ndarray`: arrays of another copy would be the same, but a pipeline may have none. */
function ndarrayLibrary({ resolve }: NodeJS.Require): string {
  return createRequire(resolve("@platewright/backend-ndarray/package.json")).resolve("ndarray");
}
