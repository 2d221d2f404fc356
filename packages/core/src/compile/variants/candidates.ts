import { bytesPerElement, type DType } from "../../memory/dtype.ts";
import type { MemoryTypeName } from "../../memory/memory-type.ts";
import { type Contract, contractOf, type Declared } from "../../pipeline/contract.ts";
import { siblingsOf } from "../../pipeline/family.ts";
import type { CallDraft, MaterialisedStep, PhaseContext } from "../draft.ts";
import type { Load } from "./choose-variants.ts";

/** One variant of a call that could run here. */
export interface Candidate {
  readonly fn: Declared;
  readonly contract: Contract;
  /** The GPU memory type it stands in for, where there is no device and the step allows a CPU variant. */
  readonly standsInFor?: MemoryTypeName;
}

/** What there is for a call, CPU variants first, and what there is not. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly { readonly memoryType: string; readonly reason: string }[];
}

/** The variants of a call that could run on what is installed, on stacks of a dtype. Reports a family none of whose variants is installed. */
export function findCandidates(
  step: MaterialisedStep,
  { link }: CallDraft,
  dtype: DType | undefined,
  context: PhaseContext,
): Candidates {
  const variants = [...link.variants.values()];
  const [only] = variants;
  if (only && variants.length === 1) return { candidates: standIns(step, only, context), excluded: [] };
  const excluded: { memoryType: string; reason: string }[] = [];
  const candidates = variants.filter(({ contract }) => {
    const reason = whyNot(contract, dtype, context);
    if (reason !== undefined) excluded.push({ memoryType: contract.input, reason });
    return reason === undefined;
  });
  if (candidates.length === 0) {
    // Where only devices are missing, it is the last phase that says so.
    const { names } = context.memory;
    const idle = variants.filter(({ contract: { input, output } }) =>
      [input, output].every((name) => names.includes(name)),
    );
    if (idle.length > 0) return { candidates: idle, excluded };
    const reasons = excluded.map(({ memoryType, reason }) => `${memoryType} (${reason})`).join(", ");
    context.report(
      step.name,
      "family-without-variant",
      `${link.name} has variants for ${reasons}: none can run here.`,
      `Installed memory types: ${names.join(", ")}.`,
    );
  }
  const rank = ({ contract }: Candidate) => (isOnCpu(contract, context) ? 0 : 1);
  return { candidates: candidates.sort((a, b) => rank(a) - rank(b)), excluded };
}

/** A plain function, or the CPU variants of its family where it has no device and the step allows them. */
function standIns(step: MaterialisedStep, own: Candidate, context: PhaseContext): readonly Candidate[] {
  const { input, output } = own.contract;
  const lacking = [input, output].find((name) => context.devices.get(name)?.devices.length === 0);
  if (lacking === undefined || !step.settings.values.cpuFallback) return [own];
  const twins = cpuTwinsOf(own.fn, context).map((twin) => ({ ...twin, standsInFor: lacking }));
  return twins.length > 0 ? twins : [own];
}

/** The CPU variants of the family that a GPU function belongs to. */
export function cpuTwinsOf(fn: Declared, context: PhaseContext): readonly Candidate[] {
  return siblingsOf(fn).flatMap((sibling) => {
    const contract = contractOf(sibling);
    return sibling !== fn && contract && isOnCpu(contract, context) ? [{ fn: sibling, contract }] : [];
  });
}

/** Whether a function takes and gives arrays of installed CPU memory types. */
export function isOnCpu({ input, output }: Contract, { memory }: PhaseContext): boolean {
  return [input, output].every((name) => memory.has(name) && memory.get(name).processor === "cpu");
}

function whyNot(contract: Contract, dtype: DType | undefined, context: PhaseContext): string | undefined {
  for (const name of [contract.input, contract.output]) {
    if (!context.memory.has(name)) return `the memory type ${name} is not registered`;
    const there = context.devices.get(name);
    if (there?.devices.length === 0)
      return `no device${there.remedy === undefined ? "" : `: ${firstSentence(there.remedy)}`}`;
  }
  const { dtypes } = context.memory.get(contract.input);
  if (dtype !== undefined && !dtypes.includes(dtype)) return `${contract.input} can't hold ${dtype}`;
  return undefined;
}

/** What there is to say beside each function; the rest of a remedy is for those who need it. */
function firstSentence(text: string): string {
  return /^.*?[^.]\.(?= |$)/.exec(text)?.[0].slice(0, -1) ?? text;
}

/** Nanoseconds a pixel where a contract does not say: by what computes. */
const usualCosts = { cpu: 4, gpu: 0.5 };
/** A program that stands in for a GPU against the hardware: slower by orders of magnitude, so that CPU variants are taken. */
const softwareSlowness = 1000;

/** Predicted nanoseconds of a candidate on what one well has for it. */
export function costOf(
  { contract }: Candidate,
  params: Readonly<Record<string, unknown>>,
  { bytes, dtype }: Load,
  { memory, devices }: PhaseContext,
): number {
  if (!memory.has(contract.input)) return 0;
  const type = memory.get(contract.input);
  const there = devices.get(contract.input)?.devices ?? [];
  const isSoftware = there.length > 0 && there.every(({ processor }) => processor === "software");
  const slowness = (type.slowness ?? 1) * (isSoftware ? softwareSlowness : 1);
  return (
    declaredCost(contract, params, usualCosts[type.processor]) * slowness * (bytes / bytesPerElement(dtype))
  );
}

function declaredCost({ cost }: Contract, params: Readonly<Record<string, unknown>>, usual: number): number {
  if (typeof cost !== "function") return cost ?? usual;
  try {
    const nanoseconds = (cost as (params: unknown) => number)(params);
    return Number.isFinite(nanoseconds) ? nanoseconds : usual;
  } catch {
    return usual;
  }
}
