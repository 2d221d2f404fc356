import type { ImageKey } from "@platewright/core";
import { expect, test } from "vitest";
import { findGaps } from "../src/images.ts";
import { noteOnLesserChannels } from "../src/lesser-channels.ts";

/** Images of a plate: `planes` and `timepoints` by channel, at every site. */
function plate(
  sites: readonly (readonly [well: string, site: string])[],
  channels: Readonly<Record<string, { readonly z: number; readonly t: number }>>,
): ImageKey[] {
  return sites.flatMap(([well, site]) =>
    Object.entries(channels).flatMap(([channel, { z: planes, t: timepoints }]) =>
      Array.from({ length: planes * timepoints }, (_, i) => ({
        well,
        site,
        channel,
        z: String((i % planes) + 1),
        timepoint: String(Math.floor(i / planes) + 1),
      })),
    ),
  );
}

const one = [["A01", "1"]] as const;
const places = {
  "two sites": [...one, ["A01", "2"] as const],
  "two wells": [...one, ["A02", "1"] as const],
  "one site": one,
};

test.each(Object.entries(places))("the one plane of a channel beside stacks is all of it: %s", (_, sites) => {
  const images = plate(sites, { "1": { z: 4, t: 1 }, "2": { z: 1, t: 1 } });
  expect(findGaps(images)).toEqual([]);
  expect(noteOnLesserChannels(images)).toEqual([
    "Channel 2 has 1 instead of 4 z planes throughout, so that none of the others counts as missing.",
  ]);
});

test.each(Object.entries(places))(
  "the one timepoint of a channel beside series is all of it: %s",
  (_, sites) => {
    const images = plate(sites, { "1": { z: 1, t: 3 }, "2": { z: 1, t: 1 } });
    expect(findGaps(images)).toEqual([]);
    expect(noteOnLesserChannels(images).join()).toContain("1 instead of 3 timepoints throughout");
  },
);

test("planes that a channel lacks at every timepoint of one site were never taken", () => {
  const images = plate(one, { "1": { z: 4, t: 3 }, "2": { z: 2, t: 3 } });
  expect(findGaps(images)).toEqual([]);
  expect(noteOnLesserChannels(images)).toHaveLength(1);
});

test("timepoints that a channel lacks at every plane of one site were never taken", () => {
  expect(findGaps(plate(one, { "1": { z: 4, t: 3 }, "2": { z: 4, t: 2 } }))).toEqual([]);
});

test("some planes of a channel at one site alone may be lost, and count as missing", () => {
  const images = plate(one, { "1": { z: 4, t: 1 }, "2": { z: 3, t: 1 } });
  expect(findGaps(images).map(({ channel, z }) => [channel, z])).toEqual([["2", "4"]]);
  expect(noteOnLesserChannels(images)).toEqual([]);
});

test("a plane that a channel has elsewhere is missing where it lacks it", () => {
  const images = plate(places["two sites"], { "1": { z: 3, t: 1 }, "2": { z: 3, t: 1 } });
  const left = images.filter(({ site, channel, z }) => !(site === "2" && channel === "2" && z !== "1"));
  expect(findGaps(left).map(({ site, channel, z }) => [site, channel, z])).toEqual([
    ["2", "2", "2"],
    ["2", "2", "3"],
  ]);
});
