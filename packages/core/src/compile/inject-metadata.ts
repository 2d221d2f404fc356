import type { Contract } from "../pipeline/contract.ts";
import type { PlateIndex } from "../plate/plate-layout.ts";
import type { CallDraft, PhaseContext } from "./draft.ts";

/** The metadata that a call asks for: what the user gave by hand, else what the plate knows. Reports what nobody knows. */
export function injectMetadata(
  step: { readonly name: string },
  call: CallDraft,
  contract: Contract,
  context: PhaseContext,
): Readonly<Record<string, unknown>> {
  const injected: Record<string, unknown> = {};
  for (const key of contract.specialInputs) {
    if (Object.hasOwn(call.overrides, key)) {
      injected[key] = call.overrides[key];
    } else if (Object.hasOwn(resolvers, key)) {
      const value = resolvers[key]?.(context.plate.index);
      if (value !== undefined) injected[key] = value;
      else if (!contract.optionalInputs.includes(key)) {
        context.report({
          step: step.name,
          code: "metadata-missing",
          message: `${contract.name} needs ${key}, which the plate does not tell.`,
          hint: `Give it by hand: use(${contract.name}, { ${key}: … }).`,
        });
      }
    }
  }
  return injected;
}

/** What a plate tells, by key. Pixels that are not square have no single size. */
const resolvers: { readonly [key: string]: (index: PlateIndex) => unknown } = {
  pixelSize: ({ pixelSize }) =>
    pixelSize && Math.abs(pixelSize.x - pixelSize.y) <= 1e-3 * pixelSize.x ? pixelSize.x : undefined,
  gridDimensions: ({ gridDimensions }) => gridDimensions,
  channelNames: ({ channelNames }) => channelNames,
};

/** Whether the plate, not a step, gives what goes by this name. */
export function isMetadataKey(key: string): boolean {
  return Object.hasOwn(resolvers, key);
}
