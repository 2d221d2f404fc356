export { imageXpress } from "./imagexpress/imagexpress.ts";
export { microscopes } from "./microscopes.ts";
export { omeZarr } from "./ome-zarr/ome-zarr.ts";
export { operaPhenix } from "./opera-phenix/opera-phenix.ts";
export { namePattern } from "./pattern/name-pattern.ts";
