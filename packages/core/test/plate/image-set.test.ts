import { type Component, components, type ImagePosition } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { agree, groupPositions, imageSetOf, positionsOf, positionText } from "../../src/plate/image-set.ts";

const value = fc.oneof(fc.nat(12).map(String), fc.constantFrom("DAPI", "GFP", "01"));
const positions: fc.Arbitrary<ImagePosition[]> = fc.uniqueArray(
  fc.record({ timepoint: value, site: value, channel: value, z: value }),
  { maxLength: 25, selector: positionText },
);

test("property: any images, however ragged, are described and listed again, each once", () => {
  fc.assert(
    fc.property(positions, (drawn) => {
      const set = imageSetOf(drawn);
      const listed = positionsOf(JSON.parse(JSON.stringify(set)));
      expect(listed.map(positionText).sort()).toEqual(drawn.map(positionText).sort());
      expect(imageSetOf([...drawn].reverse())).toEqual(set);
    }),
    { numRuns: 40 },
  );
});

test("a set without gaps holds no positions, however many there are", () => {
  const all = ["1", "2"].flatMap((site) =>
    ["10", "9"].map((z) => ({ timepoint: "1", site, channel: "1", z })),
  );
  expect(imageSetOf(all)).toEqual({
    values: { timepoint: ["1"], site: ["1", "2"], channel: ["1"], z: ["9", "10"] },
  });
});

test("a set with few gaps lists these, one with few images lists the images", () => {
  const at = (site: string, z: string): ImagePosition => ({ timepoint: "1", site, channel: "1", z });
  const grid = ["1", "2", "10"].flatMap((site) => ["1", "2"].map((z) => at(site, z)));
  expect(imageSetOf(grid.slice(1)).absent).toEqual([at("1", "1")]);
  const sparse = imageSetOf([at("10", "10"), at("9", "9"), at("2", "2"), at("2", "2")]);
  expect(sparse).toMatchObject({ present: [at("2", "2"), at("9", "9"), at("10", "10")] });
  expect(sparse).not.toHaveProperty("absent");
});

test("images that share no value are described without their thousands of millions of combinations", () => {
  const drawn = Array.from({ length: 3000 }, (_, i) => String(i)).map((value) => ({
    timepoint: value,
    site: value,
    channel: value,
    z: value,
  }));
  const set = imageSetOf(drawn);
  expect(positionsOf(set)).toEqual(drawn);
  expect(groupPositions(set, ["z"])).toHaveLength(3000);
});

test("property: groups share their fixed components, and together are the whole set", () => {
  fc.assert(
    fc.property(positions, fc.subarray([...components]), (drawn, variable) => {
      const set = imageSetOf(drawn);
      const groups = groupPositions(set, variable);
      expect(groups.flatMap((group) => group.positions.map(positionText)).sort()).toEqual(
        drawn.map(positionText).sort(),
      );
      const fixed = components.filter((component) => !variable.includes(component));
      for (const group of groups) {
        expect(Object.keys(group.fixed).sort()).toEqual([...fixed].sort());
        for (const position of group.positions) expect(agree(group.fixed, position)).toBe(true);
      }
      for (const [i, one] of groups.entries()) {
        for (const other of groups.slice(i + 1)) expect(agree(one.fixed, other.fixed)).toBe(false);
      }
    }),
    { numRuns: 40 },
  );
});

test("groups agree where no component has two values", () => {
  const fixed = (given: { readonly [C in Component]?: string }) => given;
  expect(agree(fixed({ site: "1" }), fixed({ channel: "2" }))).toBe(true);
  expect(agree(fixed({ site: "1", channel: "2" }), fixed({ channel: "2" }))).toBe(true);
  expect(agree(fixed({ site: "1" }), fixed({ site: "2" }))).toBe(false);
});
