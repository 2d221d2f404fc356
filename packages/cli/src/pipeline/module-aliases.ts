import { createRequire } from "node:module";
import { defineConfig } from "../config/define-config.ts";

/** What a pipeline's module may import wherever it lies, without a node_modules of its own. */
export interface OwnModules {
  /** By specifier, the very copies that this program runs with. */
  readonly loaded: Readonly<Record<string, unknown>>;
  /** By specifier, where the module lies. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Loads them. */
export async function ownModules(): Promise<OwnModules> {
  const [core, ndarray, functions, kernels, microscopes, disk, zarr] = await Promise.all([
    import("@platewright/core"),
    import("@platewright/backend-ndarray"),
    import("@platewright/functions/ndarray"),
    import("@platewright/kernels"),
    import("@platewright/microscopes"),
    import("@platewright/vfs-disk"),
    import("@platewright/vfs-zarr"),
  ]);
  return {
    loaded: {
      "@platewright/cli": { defineConfig },
      "@platewright/core": core,
      "@platewright/backend-ndarray": ndarray,
      "@platewright/functions/ndarray": functions,
      "@platewright/kernels": kernels,
      "@platewright/microscopes": microscopes,
      "@platewright/vfs-disk": disk,
      "@platewright/vfs-zarr": zarr,
    },
    paths: { ndarray: ndarrayLibrary() },
  };
}

/** The library under the memory type `ndarray`: arrays of another copy would be the same, but a pipeline may have none. */
function ndarrayLibrary(): string {
  const own = createRequire(import.meta.url);
  const backend = createRequire(own.resolve("@platewright/backend-ndarray/package.json"));
  return backend.resolve("ndarray");
}
