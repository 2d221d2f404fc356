export type { CompositeParams } from "../contracts/composite.ts";
export type { GaussianParams } from "../contracts/gaussian.ts";
export type { ProjectionParams } from "../contracts/project.ts";
export type { ThresholdParams } from "../contracts/threshold.ts";
export { composite } from "./composite.ts";
export { gaussian } from "./gaussian.ts";
export { maxProjection, meanProjection, minProjection, projection, sumProjection } from "./project.ts";
export { threshold } from "./threshold.ts";
