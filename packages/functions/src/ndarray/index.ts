export type { CompositeParams } from "../contracts/composite.ts";
export type { GaussianParams } from "../contracts/gaussian.ts";
export type { MorphologyParams } from "../contracts/morphology.ts";
export type { PercentileParams } from "../contracts/normalize.ts";
export type { ProjectionParams } from "../contracts/project.ts";
export type { StructuringElement } from "../contracts/structuring-element.ts";
export type { ThresholdParams } from "../contracts/threshold.ts";
export type { CellRow } from "./cell-table.ts";
export { composite } from "./composite.ts";
export { type CountCellsParams, countCells } from "./count-cells.ts";
export { distanceTransform } from "./distance-transform.ts";
export { gaussian } from "./gaussian.ts";
export { type LabelParams, label } from "./label.ts";
export { type ImageRow, measureImage } from "./measure-image.ts";
export { closing, dilation, erosion, opening, whiteTophat } from "./morphology.ts";
export { percentileNormalize, stackPercentileNormalize } from "./normalize.ts";
export {
  maxProjection,
  meanProjection,
  minProjection,
  projection,
  sumProjection,
} from "./project.ts";
export { otsuThreshold, threshold } from "./threshold.ts";
export { traceOutlines } from "./trace-outlines.ts";
export { type SplitParams, watershedSplit } from "./watershed-split.ts";
