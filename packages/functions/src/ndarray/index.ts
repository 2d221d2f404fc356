export type { CellRow } from "./cell-table.ts";
export { type CompositeParams, composite } from "./composite.ts";
export { type CountCellsParams, countCells } from "./count-cells.ts";
export { distanceTransform } from "./distance-transform.ts";
export { type GaussianParams, gaussian } from "./gaussian.ts";
export { type LabelParams, label } from "./label.ts";
export { type ImageRow, measureImage } from "./measure-image.ts";
export { closing, dilation, erosion, type MorphologyParams, opening, whiteTophat } from "./morphology.ts";
export { type PercentileParams, percentileNormalize, stackPercentileNormalize } from "./normalize.ts";
export {
  maxProjection,
  meanProjection,
  minProjection,
  type ProjectionParams,
  projection,
  sumProjection,
} from "./project.ts";
export type { StructuringElement } from "./structuring-element.ts";
export { otsuThreshold, type ThresholdParams, threshold } from "./threshold.ts";
export { type SplitParams, watershedSplit } from "./watershed-split.ts";
