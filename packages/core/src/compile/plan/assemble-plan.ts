import { defined } from "../../plain-data.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { AssignedDraft, ContractedStep, PhaseContext } from "../draft.ts";
import {
  type Plan,
  type PlannedPlate,
  type Prediction,
  planVersion,
  type StepPlan,
  type WellTemplate,
} from "./plan.ts";
import { planHash, plateHash, stepHash } from "./plan-hash.ts";
import { predictWell } from "./predict.ts";

/** Puts the phases' findings together: plain data, hashed, with predictions. */
export function assemblePlan(
  draft: AssignedDraft,
  context: PhaseContext,
  warnings: readonly Diagnostic[],
  extensions: Readonly<Record<string, unknown>>,
): Plan {
  const plate = planPlate(context);
  const steps: StepPlan[] = [];
  for (const step of draft.steps) steps.push(assembleStep(step, steps, plate));
  const templates = draft.templates.map((template): WellTemplate => {
    const bare = { ...template, predicted: {} };
    return { ...template, predicted: predictWell({ steps }, bare, plate, context.memory) };
  });
  const wells = Object.fromEntries(
    [...draft.wells].map(([well, { template, missing }]) => [
      well,
      defined({
        template,
        missing: missing.length > 0 ? missing : undefined,
        devices: draft.wellDevices.get(well),
      }),
    ]),
  );
  const { missing, compression, workers } = context.settings.values;
  const { storage, stores, input } = draft;
  const { out } = context;
  const plan: Omit<Plan, "hash"> = defined({
    kind: "plan",
    version: planVersion,
    pipeline: context.pipeline.name,
    plate,
    settings: { missing, compression, storage, workers },
    output: out === undefined ? undefined : { storage, location: out },
    steps,
    input,
    stores,
    templates,
    wells,
    devices: draft.devices,
    choices: draft.choices,
    extensions,
    predicted: sumPredictions(wells, templates),
    warnings,
  });
  const hash = planHash(plan);
  return JSON.parse(JSON.stringify({ ...plan, hash })) as Plan;
}

function planPlate({ plate }: PhaseContext): PlannedPlate {
  const { layout, name, shape, dtype, pixelSize, channelNames } = plate.index;
  const { location, storage } = plate;
  return defined({
    ...{ location, storage, layout, name, hash: plateHash(plate) },
    ...{ shape, dtype, pixelSize, channelNames },
  });
}

function assembleStep(step: ContractedStep, before: readonly StepPlan[], plate: PlannedPlate): StepPlan {
  const { groupBy } = step;
  const planned: Omit<StepPlan, "hash"> = defined({
    index: step.index,
    name: step.name,
    filter: step.filter,
    source: step.source,
    variableComponents: step.variableComponents,
    groupBy: groupBy.length === 0 ? undefined : groupBy,
    chains: step.planned,
    dtype: step.settings.values.dtype,
    needs: step.needs,
    gives: step.artifacts,
    collapsed: step.collapsed,
    readBackend: step.readBackend,
    writeBackend: step.writeBackend,
    checkpoint: step.checkpoint,
    output: step.output,
    task: step.plannedTask,
  });
  return { ...planned, hash: stepHash(planned, before, plate.hash) };
}

type PredictedBytes = Exclude<keyof Prediction, "peak">;

function sumPredictions(wells: Plan["wells"], templates: readonly WellTemplate[]): Prediction {
  const all = Object.values(wells).map(({ template }) => templates[template]?.predicted ?? {});
  if (all.some(({ peakHostBytes }) => peakHostBytes === undefined)) return {};
  const most = (key: PredictedBytes) => Math.max(...all.map((one) => one[key] ?? 0));
  const sum = (key: PredictedBytes) => all.reduce((total, one) => total + (one[key] ?? 0), 0);
  const peakHostBytes = most("peakHostBytes");
  return defined({
    peakHostBytes,
    peak: all.find((one) => one.peakHostBytes === peakHostBytes)?.peak,
    peakDeviceBytes: most("peakDeviceBytes"),
    bytesRead: sum("bytesRead"),
    bytesWritten: sum("bytesWritten"),
  });
}
