export type { CompileOptions } from "./compile/compile.ts";
export type { Diagnostic, DiagnosticCode, PhaseName } from "./compile/diagnostic.ts";
export { diagnosticText } from "./compile/diagnostic.ts";
export type { PlanChange } from "./compile/diff/diff-calls.ts";
export type { PlanDiff } from "./compile/diff/diff-plans.ts";
export { diffPlans } from "./compile/diff/diff-plans.ts";
export type { HashReason, StepDiff } from "./compile/diff/diff-steps.ts";
export { explainDiff } from "./compile/diff/explain-diff.ts";
export type { ExplainOptions } from "./compile/explain/explain.ts";
export { explainPlan } from "./compile/explain/explain.ts";
export { bytesText } from "./compile/explain/explain-text.ts";
export type { FunctionId } from "./compile/plan/identity.ts";
export { functionText } from "./compile/plan/identity.ts";
export type {
  Plan,
  PlannedArtifact,
  PlannedCall,
  PlannedChain,
  PlannedChoice,
  PlannedConversion,
  PlannedDevice,
  PlannedInput,
  PlannedLabels,
  PlannedPlate,
  PlannedStore,
  Prediction,
  StepPlan,
  WellTemplate,
} from "./compile/plan/plan.ts";
export { devicesOfStep, planVersion } from "./compile/plan/plan.ts";
export type { AnyPluginPhase, PhaseDrafts, PluginContext, PluginPhase } from "./compile/plugin-phases.ts";
export { definePhase } from "./compile/plugin-phases.ts";
export type { FunctionSources } from "./compile/steps/plan-code.ts";
export { memoryTypesOf } from "./compile/steps/plan-code.ts";
export type { ConfigChange, ConfigLevel, ConfigStore, ConfigValues } from "./config/config-store.ts";
export { createConfigStore } from "./config/config-store.ts";
export type { ResolvedSettings } from "./config/resolve.ts";
export { resolveSettings } from "./config/resolve.ts";
export type {
  Conversions,
  GlobalSettings,
  PipelineSettings,
  SettingDescription,
  SettingName,
  StepSettings,
} from "./config/settings.ts";
export { checkSettings, settingsSchema } from "./config/settings.ts";
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "./errors.ts";
export type { Conversion, ConversionKind, Hop, Route } from "./memory/conversion.ts";
export type { DeviceInfo, DeviceLease, DeviceProvider, DeviceUsage, LeaseOptions } from "./memory/device.ts";
export { absentDevice, deviceLost, outOfMemory } from "./memory/device.ts";
export type { DType, TypedArray, TypedArrays } from "./memory/dtype.ts";
export {
  bytesPerElement,
  createTypedArray,
  dtypeOf,
  dtypes,
  integerRange,
  isDType,
  isIntegerDType,
  storedBytesPerElement,
  viewOf,
} from "./memory/dtype.ts";
export type { CastOptions, DTypePolicy } from "./memory/dtype-policy.ts";
export {
  applyDTypePolicy,
  castArray,
  castValues,
  nanInInteger,
  roundHalfToEven,
} from "./memory/dtype-policy.ts";
export type { RouteOptions } from "./memory/find-route.ts";
export {
  decodeFloat16,
  encodeFloat16,
  fromStored,
  roundToFloat16,
  storedDType,
  toStored,
} from "./memory/float16.ts";
export type { HostArray } from "./memory/host-array.ts";
export {
  bytesOf,
  createHostArray,
  isHostArray,
  sizeOf,
  sliceOf,
  storedBytesOf,
} from "./memory/host-array.ts";
export type { HostPool } from "./memory/host-pool.ts";
export { createHostPool, hostPool } from "./memory/host-pool.ts";
export { stridesOf } from "./memory/host-type.ts";
export type { ConversionFallback, ConversionOptions, MemoryRegistry } from "./memory/memory-registry.ts";
export { createMemoryRegistry } from "./memory/memory-registry.ts";
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
export type {
  ArtifactFormat,
  CallContext,
  Contract,
  ContractSpec,
  Declared,
  Signature,
  SignatureOf,
  Unit,
} from "./pipeline/contract.ts";
export { contractKey, contractOf, defineContract } from "./pipeline/contract.ts";
export type { Declarer } from "./pipeline/declare.ts";
export { createDeclarer, memoryTypes } from "./pipeline/declare.ts";
export type { Pipeline } from "./pipeline/define-pipeline.ts";
export { definePipeline } from "./pipeline/define-pipeline.ts";
export type { Family, Variants } from "./pipeline/family.ts";
export { family } from "./pipeline/family.ts";
export type { Lazy, LazyOptions } from "./pipeline/lazy.ts";
export { lazy } from "./pipeline/lazy.ts";
export type { AnyMetadataResolver, Metadata, MetadataKey, MetadataResolver } from "./pipeline/metadata.ts";
export type { Param, ParamsSpec, ParamTable, StandardSchema } from "./pipeline/params.ts";
export type { ByComponent, Chain, Pattern } from "./pipeline/pattern.ts";
export type { Step, StepOptions, TaskStepOptions } from "./pipeline/step.ts";
export { step, taskStep } from "./pipeline/step.ts";
export type { StoredImage, Task, TaskContext, TaskSpec } from "./pipeline/task.ts";
export { defineTask } from "./pipeline/task.ts";
export type { Runnable, Use } from "./pipeline/use.ts";
export { use } from "./pipeline/use.ts";
export type { Component, ImageKey, ImagePosition } from "./plate/image-key.ts";
export { compareKeys, compareValues, components, groupByWell, keyText } from "./plate/image-key.ts";
export { imageName } from "./plate/image-name.ts";
export type { ImageGroup, ImageSet } from "./plate/image-set.ts";
export type { OpenPlateOptions, Plate } from "./plate/plate.ts";
export type { PixelSize, PlateImage, PlateIndex, PlateLayout } from "./plate/plate-layout.ts";
export type { PlateDeclaration, PlateStorage, PlateStore, StoredWell } from "./plate/plate-store.ts";
export { plateStorageOf } from "./plate/plate-store.ts";
export type { PointsRoi, PolygonRoi, RectangleRoi, Roi, RoiPoint } from "./plate/roi.ts";
export type { WellPosition } from "./plate/well.ts";
export { compareWells, normalizeWell, parseRow, parseWell, rowName, wellName } from "./plate/well.ts";
export type { WellFilter } from "./plate/well-filter.ts";
export { excludeWells, selectWells } from "./plate/well-filter.ts";
export type { Platewright, Plugin } from "./registry.ts";
export { createPlatewright } from "./registry.ts";
export type { MissingFunction } from "./run/check-plan.ts";
export { missingFunctions } from "./run/check-plan.ts";
export type { ErrorRecord, RunEvent } from "./run/events.ts";
export type { RunReport, WellReport } from "./run/output/report.ts";
export type { TableRow } from "./run/output/tables.ts";
export type { RunOptions, WellRunner } from "./run/run-plan.ts";
export type { WellOutcome } from "./run/run-well.ts";
export type { WellExecutor } from "./run/well-executor.ts";
export type { FileManager, SaveOptions } from "./vfs/file-manager.ts";
export { createFileManager } from "./vfs/file-manager.ts";
export type { MemoryBackend } from "./vfs/memory-backend.ts";
export { createMemoryBackend } from "./vfs/memory-backend.ts";
export { baseName, checkFolder, checkPath, joinPath } from "./vfs/path.ts";
export type {
  ArrayDescription,
  CallOptions,
  Entry,
  PagePlace,
  ReadArrayOptions,
  StorageBackend,
  StorageProvider,
  TableSource,
  WriteArrayOptions,
  WriteOptions,
} from "./vfs/storage-backend.ts";
