import { PlatewrightError } from "../errors.ts";
import { deepFreeze } from "../plain-data.ts";
import type { CallOptions, StorageBackend, StorageProvider } from "../vfs/storage-backend.ts";
import { checkIndex } from "./check-index.ts";
import type { PlateIndex, PlateLayout } from "./plate-layout.ts";

/** A plate that was opened: what is on it, and where its pixels are read. */
export interface Plate {
  readonly kind: "plate";
  readonly index: PlateIndex;
  /** In full, as the storage provider resolves it. */
  readonly location: string;
  /** Name of the storage, such as `"disk"`. */
  readonly storage: string;
  /** Reads below `location`; writes nothing. */
  readonly backend: StorageBackend;
}

/** How a plate is opened. */
export interface OpenPlateOptions extends CallOptions {
  /** A layout, or the name of an installed one. Default: the one that claims the plate by its own files. */
  readonly layout?: string | PlateLayout | undefined;
}

/**
 * Opens a plate. Throws "not-found" where nothing is there, "plate" where no layout or more than one claims it
 * (naming the layouts and their evidence), where the plate contradicts itself, or a layout breaks the promises of `PlateIndex`.
 */
export async function openPlate(
  location: string,
  provider: StorageProvider,
  layouts: readonly PlateLayout[],
  options: OpenPlateOptions = {},
): Promise<Plate> {
  const backend = await provider.open(location, { readOnly: true });
  const layout = await findLayout(location, backend, layouts, options);
  const index = deepFreeze(checkIndex(await layout.index(backend, options), layout));
  return Object.freeze<Plate>({
    kind: "plate",
    index,
    location: provider.resolve(location),
    storage: provider.name,
    backend,
  });
}

async function findLayout(
  location: string,
  backend: StorageBackend,
  layouts: readonly PlateLayout[],
  options: OpenPlateOptions,
): Promise<PlateLayout> {
  const { layout } = options;
  if (typeof layout === "object") return layout;
  const known = layouts.map(({ name }) => name).join(", ");
  if (layout !== undefined) {
    const named = layouts.find(({ name }) => name === layout);
    if (named) return named;
    throw new PlatewrightError("plate", `There is no plate layout "${layout}". Installed: ${known}.`, {
      layout,
    });
  }
  const claims: { readonly layout: PlateLayout; readonly evidence: string }[] = [];
  for (const candidate of layouts) {
    const evidence = await candidate.detect(backend, options);
    if (evidence !== undefined) claims.push({ layout: candidate, evidence });
  }
  const [first, second] = claims;
  if (first && !second) return first.layout;
  if (!first) {
    throw new PlatewrightError(
      "plate",
      `"${location}" is a plate of no known layout (${known || "none is installed"}). Say how its files are named, by --pattern "{well}_s{site}_w{channel}.tif" or { layout: namePattern("…") }, or give the folder that holds the plate.`,
      { location, reason: "unknown-layout" },
    );
  }
  const claimed = claims.map(({ layout: { name }, evidence }) => `${name} (${evidence})`).join(" and ");
  throw new PlatewrightError(
    "plate",
    `"${location}" is claimed by ${claimed}. Say which by --layout ${first.layout.name} or { layout: "${first.layout.name}" }.`,
    {
      location,
      layouts: claims.map(({ layout: { name } }) => name),
    },
  );
}
