// A plate for measuring: sites of 1024 × 1024 uint16, 2 channels × 5 planes, soft cells on uneven light with camera noise.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHostArray } from "@platewright/core";
import { encodeTiff } from "@platewright/vfs-disk";
import { createRandom } from "./random.mjs";

const size = 1024;
const sites = 4;
const channels = 2;
const planes = 5;
const version = 1;

// Makes the plate of so many wells, or takes the one that lies in bench/data.
export function plateOf(wells) {
  const folder = fileURLToPath(new URL(`../data/plate-${wells}-wells-v${version}/`, import.meta.url));
  const done = join(folder, "plate.HTD"); // written last
  if (existsSync(done)) return folder;
  console.error(`Making a plate of ${wells} wells in ${folder}`);
  mkdirSync(join(folder, "TimePoint_1"), { recursive: true });
  const names = wellNames(wells);
  for (const [index, well] of names.entries()) {
    for (let site = 1; site <= sites; site++)
      writeSite(folder, well, site, createRandom(20240101, index, site));
  }
  writeFileSync(done, htdText(names));
  return folder;
}

function wellNames(count) {
  const columns = Math.max(1, Math.ceil(count / 2));
  return Array.from({ length: count }, (_, i) => {
    return `${"AB"[Math.floor(i / columns)]}${String((i % columns) + 1).padStart(2, "0")}`;
  });
}

function writeSite(folder, well, site, random) {
  const cells = plantCells(random);
  for (let channel = 0; channel < channels; channel++) {
    const light = { y: random.between(0.4, 0.6), x: random.between(0.4, 0.6) };
    for (let z = 0; z < planes; z++) {
      const image = createHostArray(
        [size, size],
        "uint16",
        expose(paint(cells, channel, z), channel, light, random),
      );
      const path = join(folder, "TimePoint_1", `${well}_s${site}_w${channel + 1}_z${z + 1}_t1.tif`);
      writeFileSync(path, encodeTiff(image, { pixelSize: { x: 0.65, y: 0.65 } }));
    }
  }
}

// Centres at least 44 pixels apart, so that the number of cells is known without splitting any.
function plantCells(random) {
  const wanted = Math.floor(random.between(60, 141));
  const cells = [];
  for (let tries = 0; cells.length < wanted && tries < 200 * wanted; tries++) {
    const [y, x] = [random.between(30, size - 30), random.between(30, size - 30)];
    if (cells.some((cell) => (cell.y - y) ** 2 + (cell.x - x) ** 2 < 44 ** 2)) continue;
    cells.push({
      y,
      x,
      z: random.between(0.5, planes - 1.5),
      radius: random.between(9, 15),
      brightness: random.between(1500, 5000),
      stretch: random.between(0.85, 1.2),
      angle: random.between(0, Math.PI),
    });
  }
  return cells;
}

function paint(cells, channel, plane) {
  const image = new Float32Array(size * size);
  for (const cell of cells) {
    const radius = cell.radius * (channel === 0 ? 1 : 1.3);
    const brightness =
      cell.brightness * (channel === 0 ? 1 : 0.6) * Math.exp(-0.5 * ((plane - cell.z) / 1.5) ** 2);
    const softness = 1.1 + 0.5 * Math.abs(plane - cell.z);
    const [cos, sin] = [Math.cos(cell.angle), Math.sin(cell.angle)];
    const reach = Math.ceil(radius * 1.8) + 3;
    for (let y = Math.max(0, Math.ceil(cell.y - reach)); y <= Math.min(size - 1, cell.y + reach); y++) {
      for (let x = Math.max(0, Math.ceil(cell.x - reach)); x <= Math.min(size - 1, cell.x + reach); x++) {
        const along = (cos * (x - cell.x) + sin * (y - cell.y)) / cell.stretch;
        const across = (cos * (y - cell.y) - sin * (x - cell.x)) * cell.stretch;
        image[y * size + x] += brightness / (1 + Math.exp((Math.hypot(along, across) - radius) / softness));
      }
    }
  }
  return image;
}

function expose(signal, channel, light, random) {
  const image = new Uint16Array(signal.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const lamp = Math.exp(-(((y / size - light.y) ** 2 + (x / size - light.x) ** 2) / 0.25));
      const photons = signal[y * size + x] + 400 + 1200 * lamp + 300 * (channel + 1) * (x / size);
      image[y * size + x] = Math.round(photons + Math.sqrt(photons + 144) * random.normal() + 100);
    }
  }
  return image;
}

function htdText(wells) {
  const columns = Math.max(...wells.map((well) => Number(well.slice(1))));
  const rows = new Set(wells.map((well) => well[0])).size;
  const flags = (count, on) => Array.from({ length: count }, (_, i) => (on(i) ? "TRUE" : "FALSE")).join(", ");
  return `${[
    '"HTSInfoFile", Version 1.0',
    '"TimePoints", 1',
    '"ZSeries", TRUE',
    `"ZSteps", ${planes}`,
    `"XWells", ${columns}`,
    `"YWells", ${rows}`,
    ...Array.from({ length: rows }, (_, row) => {
      const on = (i) => wells.includes(`${"AB"[row]}${String(i + 1).padStart(2, "0")}`);
      return `"WellsSelection${row + 1}", ${flags(columns, on)}`;
    }),
    '"Sites", TRUE',
    '"XSites", 2',
    '"YSites", 2',
    '"SiteSelection1", TRUE, TRUE',
    '"SiteSelection2", TRUE, TRUE',
    '"Waves", TRUE',
    `"NWavelengths", ${channels}`,
    '"WaveName1", "DAPI"',
    '"WaveCollect1", 1',
    '"WaveName2", "FITC"',
    '"WaveCollect2", 1',
    '"EndFile"',
  ].join("\r\n")}\r\n`;
}
