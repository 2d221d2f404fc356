/** A point in pixels: x to the right, y downwards, from the upper left corner of the image. */
export type RoiPoint = readonly [x: number, y: number];

interface RoiCommon {
  /** Its name, where it has one. */
  readonly name?: string;
  /** Index of its slice in the stack, from 0, where it is about one of several. */
  readonly slice?: number;
}

/** An area by its outline, which closes itself. */
export interface PolygonRoi extends RoiCommon {
  readonly type: "polygon";
  readonly points: readonly RoiPoint[];
}

/** Single points. */
export interface PointsRoi extends RoiCommon {
  readonly type: "points";
  readonly points: readonly RoiPoint[];
}

/** An upright rectangle by its upper left corner and its sides, in pixels. */
export interface RectangleRoi extends RoiCommon {
  readonly type: "rectangle";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A region of interest of an image, as ImageJ knows them. */
export type Roi = PolygonRoi | PointsRoi | RectangleRoi;
