import type { ResolvedSettings } from "../../config/resolve.ts";
import { defined } from "../../plain-data.ts";
import type { Component } from "../../plate/image-key.ts";
import type { PlateIndex } from "../../plate/plate-layout.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";

/** The images that a plate is declared for. */
interface DeclaredImages {
  readonly wells: readonly string[];
  /** The values of a component, sorted. */
  readonly valuesOf: (component: Component) => readonly string[];
  /** The names of the channels, where they are still channels of the plate. */
  readonly channelNames: PlateIndex["channelNames"];
}

/** Declares a plate of arrays for images of a plate: what is known of that one, kept as the settings say. */
export function declarePlate(
  { name, plateDimensions, pixelSize }: PlateIndex,
  { wells, valuesOf, channelNames }: DeclaredImages,
  { values, origins }: ResolvedSettings,
): PlateDeclaration {
  return defined({
    name,
    wells: [...wells],
    sites: valuesOf("site"),
    timepoints: valuesOf("timepoint"),
    channels: valuesOf("channel").map((value) => defined({ value, name: channelNames?.[value] })),
    z: valuesOf("z"),
    version: values.omeZarr,
    plateDimensions,
    pixelSize: pixelSize && { x: pixelSize.x, y: pixelSize.y },
    codec: origins.compression === "default" ? undefined : values.compression,
    chunkSize: values.chunkSize,
  });
}
