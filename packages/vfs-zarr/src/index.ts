export type { Verification } from "./checksums/verify.ts";
export type { Codec, ZarrFormat } from "./codecs/encode-chunk.ts";
export type { DeclaredChannel, DisplayWindow, PlateDeclaration } from "./plate/declaration.ts";
export type { DeclarePlateOptions, PlateStore } from "./plate/plate-store.ts";
export { declarePlate, joinPlate } from "./plate/plate-store.ts";
export type { ZarrOptions, ZarrProvider } from "./zarr.ts";
export { zarr } from "./zarr.ts";
export type { ZarrBackend } from "./zarr-backend.ts";
