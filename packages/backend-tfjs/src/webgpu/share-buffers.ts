import type { WebgpuBackend } from "@platewright/backend-webgpu";
import type { ArrayInfo, Conversion, ConvertOptions } from "@platewright/core";
import { tfjsDTypes } from "../tensor.ts";
import { isSharedDType } from "./shared-tensors.ts";
import type { TfjsOnWebgpu } from "./tfjs-on-webgpu.ts";

/**
 * The direct edges between `tfjs` and `webgpu` on one device. Arrays of float32 and int32 that have their buffer for
 * themselves become the other's without a byte being moved; all else is widened, packed or copied on the device.
 *
 * @example
 * createPlatewright(webgpu, tfjs, ...shareBuffers(tfjs, webgpu))
 */
export function shareBuffers(
  { shared }: TfjsOnWebgpu,
  webgpu: WebgpuBackend,
): readonly (Conversion<"webgpu", "tfjs"> | Conversion<"tfjs", "webgpu">)[] {
  const isHere = ({ device, dtype }: ArrayInfo, options: ConvertOptions): boolean =>
    (options.device ?? device) === device && tfjsDTypes.includes(dtype);
  const isView = (array: ArrayInfo): boolean => isSharedDType(array.dtype) && array.isPart !== true;
  const toTfjs = (cost: "view" | "device-copy"): Conversion<"webgpu", "tfjs"> => ({
    kind: "conversion",
    from: webgpu.name,
    to: "tfjs",
    cost,
    applies: (array, options) => isHere(array, options) && isView(array) === (cost === "view"),
    convert: (array) => shared.fromArray(array),
  });
  const toWebgpu = (cost: "view" | "device-copy"): Conversion<"tfjs", "webgpu"> => ({
    kind: "conversion",
    from: "tfjs",
    to: webgpu.name,
    cost,
    applies: (array, options) => isHere(array, options) && isView(array) === (cost === "view"),
    convert: (tensor) => shared.toArray(tensor),
  });
  return [toTfjs("view"), toTfjs("device-copy"), toWebgpu("view"), toWebgpu("device-copy")];
}
