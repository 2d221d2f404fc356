import { PlatewrightError, type Roi, type RoiPoint } from "@platewright/core";

const headerSize = 64;
const header2Size = 64;
const version = 228;
/** Coordinates are 16-bit in the format. */
const mostCoordinate = 32767;
const mostPoints = 65535;
const subPixelResolution = 128;
const typeCodes = { polygon: 0, rectangle: 1, points: 10 } as const;

/**
 * One region as ImageJ's .roi file: big-endian, "Iout", version 228, as `ij.io.RoiEncoder` writes and `ij.io.RoiDecoder`
 * reads it. Coordinates that are not whole are kept as 32-bit floats beside the rounded ones. Throws "format" for what
 * the format can't hold.
 */
export function encodeRoi(roi: Roi, name: string): Uint8Array {
  const points = roi.type === "rectangle" ? [] : roi.points;
  const box = roi.type === "rectangle" ? boxOf(cornersOf(roi)) : boxOf(points);
  checkExtent(roi, points, box, name);
  const fine = !isWhole(roi.type === "rectangle" ? cornersOf(roi) : points);
  const coordinates = points.length * (fine ? 12 : 4);
  const header2 = headerSize + coordinates;
  const view = new DataView(new ArrayBuffer(header2 + header2Size + name.length * 2));
  for (const [i, letter] of [..."Iout"].entries()) view.setUint8(i, letter.charCodeAt(0));
  view.setInt16(4, version);
  view.setUint8(6, typeCodes[roi.type]);
  view.setInt16(8, box.top);
  view.setInt16(10, box.left);
  view.setInt16(12, box.bottom);
  view.setInt16(14, box.right);
  view.setUint16(16, points.length);
  if (fine) view.setInt16(50, subPixelResolution);
  if (fine && roi.type === "rectangle") {
    for (const [i, value] of [roi.x, roi.y, roi.width, roi.height].entries())
      view.setFloat32(18 + i * 4, value);
  }
  if (roi.slice !== undefined) view.setInt32(56, roi.slice + 1);
  view.setInt32(60, header2);
  writePoints(view, points, box, fine);
  if (roi.slice !== undefined) view.setInt32(header2 + 8, roi.slice + 1);
  view.setInt32(header2 + 16, header2 + header2Size);
  view.setInt32(header2 + 20, name.length);
  for (let i = 0; i < name.length; i++) view.setUint16(header2 + header2Size + i * 2, name.charCodeAt(i));
  return new Uint8Array(view.buffer);
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function writePoints(view: DataView, points: readonly RoiPoint[], { left, top }: Box, fine: boolean): void {
  const count = points.length;
  for (const [i, [x, y]] of points.entries()) {
    view.setInt16(headerSize + i * 2, Math.round(x) - left);
    view.setInt16(headerSize + (count + i) * 2, Math.round(y) - top);
    if (!fine) continue;
    view.setFloat32(headerSize + count * 4 + i * 4, x);
    view.setFloat32(headerSize + count * 8 + i * 4, y);
  }
}

function cornersOf({ x, y, width, height }: Extract<Roi, { type: "rectangle" }>): readonly RoiPoint[] {
  return [
    [x, y],
    [x + width, y + height],
  ];
}

function boxOf(points: readonly RoiPoint[]): Box {
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const [x, y] of points) {
    top = Math.min(top, Math.floor(y));
    left = Math.min(left, Math.floor(x));
    bottom = Math.max(bottom, Math.ceil(y));
    right = Math.max(right, Math.ceil(x));
  }
  return { top, left, bottom, right };
}

function isWhole(points: readonly RoiPoint[]): boolean {
  return points.every(([x, y]) => Number.isInteger(x) && Number.isInteger(y));
}

function checkExtent(roi: Roi, points: readonly RoiPoint[], box: Box, name: string): void {
  const numbers = [box.top, box.left, box.bottom, box.right];
  if (!numbers.every((value) => value >= 0 && value <= mostCoordinate)) {
    throw unfit(name, `lies outside of 0 to ${mostCoordinate} pixels`);
  }
  if (roi.type !== "rectangle" && (points.length === 0 || points.length > mostPoints)) {
    throw unfit(name, `has ${points.length} points; it must have 1 to ${mostPoints}`);
  }
}

function unfit(name: string, fault: string): PlatewrightError {
  return new PlatewrightError("format", `The region "${name}" ${fault}, which an ImageJ ROI can't hold.`, {
    name,
  });
}
