import type { Plate } from "../../plate/plate.ts";
import { hashOf } from "./hash.ts";
import type { Plan, StepPlan } from "./plan.ts";

/** The hash by which a run recognises the plate that its plan was compiled for. */
export function plateHash({ index }: Pick<Plate, "index">): string {
  const images = index.images.map(({ well, site, channel, z, timepoint, path, plane }) => [
    well,
    site,
    channel,
    z,
    timepoint,
    path,
    plane,
  ]);
  return hashOf([images, index.shape, index.dtype]);
}

/** The hash of a step and of all it reads: the plate, by its hash, and the steps before it. */
export function stepHash(
  step: Omit<StepPlan, "hash">,
  before: readonly StepPlan[],
  plateHashed: string,
): string {
  const { chains, variableComponents, groupBy, dtype, source, needs, filter, task } = step;
  const read = source === "plate" ? plateHashed : before[source]?.hash;
  const givers = needs.map(({ key, step: index }) => [key, before[index]?.hash]);
  const called = Object.entries(chains).map(([value, { calls, ...chain }]) => [
    value,
    // How much memory a call takes decides no pixel.
    { ...chain, calls: calls.map(({ workspace: _, ...call }) => call) },
  ]);
  return hashOf([Object.fromEntries(called), variableComponents, groupBy, dtype, read, givers, filter, task]);
}

/** The hash of everything in a plan that decides its results; where they go and by how many workers is not part of it. */
export function planHash({
  plate,
  steps,
  settings,
  stores,
  templates,
  wells,
  extensions,
}: Omit<Plan, "hash">): string {
  const { missing, compression, storage } = settings;
  return hashOf([
    steps.map(({ output, checkpoint, gives }) => [output, checkpoint, gives.map(({ file }) => file?.path)]),
    [plate.pixelSize, plate.channelNames],
    steps.map(({ hash }) => hash),
    plate.hash,
    templates.map(({ images, steps: sets }) => [images, sets]),
    Object.entries(wells).map(([well, { template, missing: lacking }]) => [well, template, lacking]),
    missing,
    compression,
    storage,
    stores,
    extensions,
  ]);
}

/** Whether a plan is as it was compiled: its hashes are those of what it holds. */
export function isIntact(plan: Plan): boolean {
  const { steps, plate } = plan;
  return (
    steps.every((step, i) => step.hash === stepHash(step, steps.slice(0, i), plate.hash)) &&
    plan.hash === planHash(plan)
  );
}
