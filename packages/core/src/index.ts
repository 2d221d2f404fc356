export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "./errors.ts";
export type { DType, TypedArray, TypedArrays } from "./memory/dtype.ts";
export {
  bytesPerElement,
  createTypedArray,
  dtypeOf,
  dtypes,
  integerRange,
  isDType,
  isIntegerDType,
  viewOf,
} from "./memory/dtype.ts";
export type { HostArray } from "./memory/host-array.ts";
export { bytesOf, createHostArray, isHostArray, sizeOf, sliceOf } from "./memory/host-array.ts";
export type {
  ArrayInfo,
  ArrayOf,
  Awaitable,
  ConvertOptions,
  DeviceId,
  MemoryType,
  MemoryTypeName,
  MemoryTypes,
} from "./memory/memory-type.ts";
export type { Component, ImageKey } from "./plate/image-key.ts";
export { compareKeys, compareValues, components, keyText } from "./plate/image-key.ts";
export type { PixelSize, PlateImage, PlateIndex, PlateLayout } from "./plate/plate-layout.ts";
export type { WellPosition } from "./plate/well.ts";
export { normalizeWell, parseRow, parseWell, rowName, wellName } from "./plate/well.ts";
export { baseName, checkFolder, checkPath, joinPath } from "./vfs/path.ts";
export type {
  ArrayDescription,
  CallOptions,
  Entry,
  ReadArrayOptions,
  StorageBackend,
  StorageProvider,
  WriteArrayOptions,
  WriteOptions,
} from "./vfs/storage-backend.ts";
