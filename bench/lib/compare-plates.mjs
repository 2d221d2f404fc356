// Holds the results of two programs on the same plate against each other.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageName } from "@platewright/core";
import { decodeCsv, decodeTiff } from "@platewright/vfs-disk";

// A gaussian in float32 and one in fixed point round differently: by one grey level of 65,535.
const tolerance = 1;

// Same counts in every site, and projections and composites equal within the tolerance.
export function comparePlates(ours, theirs) {
  const counts = new Map();
  for (const { well, site } of readTable(join(ours, "tables", "cells.csv"))) {
    counts.set(`${well} ${site}`, (counts.get(`${well} ${site}`) ?? 0) + 1);
  }
  let greatest = 0;
  let otherCounts = 0;
  for (const { well, site, count } of readTable(join(theirs, "counts.csv"))) {
    if (counts.get(`${well} ${site}`) !== count) otherCounts++;
    const pairs = [
      [imagePath(ours, "project", well, site, "1"), `${well}_s${site}_w1_projection.tif`],
      [imagePath(ours, "project", well, site, "2"), `${well}_s${site}_w2_projection.tif`],
      [imagePath(ours, "composite", well, site, "1"), `${well}_s${site}_composite.tif`],
    ];
    for (const [own, other] of pairs) {
      greatest = Math.max(greatest, greatestDifference(readImage(own), readImage(join(theirs, other))));
    }
  }
  return { agree: greatest <= tolerance && otherCounts === 0, greatest, otherCounts };
}

function readTable(path) {
  return decodeCsv(readFileSync(path), { name: path });
}

function readImage(path) {
  return decodeTiff(readFileSync(path), { name: path }).data;
}

function imagePath(folder, step, well, site, channel) {
  return join(
    folder,
    "images",
    step,
    imageName({ well, site: String(site), channel, z: "1", timepoint: "1" }),
  );
}

export function greatestDifference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at] - b[at]);
    if (difference > greatest) greatest = difference;
  }
  return greatest;
}
