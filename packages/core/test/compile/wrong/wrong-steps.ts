import { step, use } from "@platewright/core";
import { grid } from "../../pipeline/fixtures/backends.ts";
import { add, same } from "../../support/functions.ts";
import {
  broken,
  crop,
  grow,
  lazyOnes,
  lookup,
  loose,
  pair,
  picky,
  sliceHalf,
  sliceMany,
  twin,
} from "./functions.ts";
import { one, type Wrong } from "./wrong.ts";

/** Names, patterns, components, parameters, slices and settings. */
export const wrongSteps: readonly Wrong[] = [
  { code: "step-name-twice", steps: [step("one", add), step("one", add)], says: "Two steps have this name." },
  {
    code: "step-name-twice",
    step: "two",
    steps: [step("two", add), step("one", add), step("two", add)],
    says: "Two steps have this name.",
  },
  {
    code: "step-name-reserved",
    step: "plate",
    steps: [step("plate", add)],
    says: '"plate" means something else',
  },
  {
    code: "step-name-reserved",
    step: "previous",
    steps: [step("one", add), step("previous", add)],
    says: '"previous" means something else as an inputSource, so that no step could read from this one. Rename it.',
  },
  {
    code: "input-source-unknown",
    steps: [step("one", add, { inputSource: "later" }), step("later", add)],
    says: 'It reads from "later", which is no step before it.',
  },
  {
    code: "parameter-missing",
    steps: one(use(loose(pair), { low: 1 } as {})),
    says: 'pair needs the parameter "high". Give high: a number.',
  },
  {
    code: "slice-unit-slices",
    steps: one([add, sliceHalf]),
    says: "sliceHalf sees one slice at a time, so it can't change their number.",
  },
  {
    code: "lazy-value-twice",
    step: "two",
    steps: [
      step("one", use(loose(lookup), { table: [lazyOnes()] } as {})),
      step("two", use(loose(lookup), { table: lazyOnes() } as {})),
    ],
    says: "Give each a version of its own",
  },
  { code: "empty-chain", steps: one([]), says: "It runs no function." },
  { code: "empty-chain", steps: one([use(add, {}, { enabled: false })]), says: "It runs no function." },
  {
    code: "empty-chain",
    steps: one({ 1: add, 2: [] }, { groupBy: "channel" }),
    says: "It runs no function for channel 2.",
  },
  {
    code: "undeclared-function",
    steps: one((stack: unknown) => stack),
    says: "It runs something that is not a declared function.",
  },
  { code: "undeclared-function", steps: one(use(loose(() => 1))), says: "not a declared function" },
  {
    code: "undeclared-function",
    steps: one(undefined),
    says: "It runs undefined, which is not a declared function. Check the name that is imported",
  },
  {
    code: "undeclared-function",
    steps: one([add, { 1: loose(undefined) }], { groupBy: "channel" }),
    says: "It runs undefined, which",
  },
  {
    code: "undeclared-function",
    steps: one([same, twin]),
    says: 'Two different functions are declared as "same@1".',
  },
  {
    code: "input-source-unknown",
    steps: one(add, { inputSource: "two" }),
    says: 'It reads from "two", which is no step before it. Steps before it: none; or write "plate".',
  },
  { code: "group-by-missing", steps: one({ 1: add }), says: "does not say which component" },
  {
    code: "group-by-variable",
    steps: one({ 1: add }, { groupBy: "z" }),
    says: "It groups by z, which also makes up its stacks.",
  },
  {
    code: "component-missing",
    steps: one({ 1: add, 9: add }, { groupBy: "channel" }),
    says: "It has functions for channel 9, which the plate lacks. Available: 1, 2.",
  },
  {
    code: "component-missing",
    steps: one({ GPF: add }, { groupBy: "channel" }),
    plate: { index: { channelNames: { 1: "DAPI", 2: "GFP" } } },
    says: "It has functions for channel GPF, which the plate lacks. Available: 1 (DAPI), 2 (GFP).",
  },
  {
    code: "component-missing",
    steps: one({ GFP: add }, { groupBy: "channel" }),
    plate: { index: { channelNames: { 1: "GFP", 2: "GFP" } } },
    says: "It has functions for channel GFP, but channels 1 and 2 bear that name. Give each by its number. Available: 1 (GFP), 2 (GFP).",
  },
  {
    code: "component-twice",
    steps: one({ 2: add, GFP: add }, { groupBy: "channel" }),
    plate: { index: { channelNames: { 1: "DAPI", 2: "GFP" } } },
    says: "It has functions for channel 2 twice, by its number and by its name, GFP.",
  },
  {
    code: "component-missing",
    steps: one([add, { 3: add }], { groupBy: "channel" }),
    says: "for channel 3, which",
  },
  {
    code: "component-missing",
    steps: one({ 1: { 1: add, 2: add } }, { groupBy: ["channel", "site"] }),
    says: "It has functions for site 2, which the plate lacks. Available: 1.",
  },
  {
    code: "component-uneven",
    steps: one([{ 1: add, 2: add }, { 1: same }], { groupBy: "channel" }),
    says: "One part of its chain has functions for channel 2, another by the same component has none.",
  },
  {
    code: "group-by-missing",
    steps: one({ 1: { 1: add } }, { groupBy: "channel" }),
    says: "It has functions by 2 components, one inside another, but groups by channel only.",
  },
  { code: "group-by-missing", steps: one([add, [{ 1: add }]]), says: "does not say which component" },
  {
    code: "group-by-variable",
    steps: one({ 1: { 1: add } }, { groupBy: ["channel", "z"] }),
    says: "It groups by z, which also makes up its stacks.",
  },
  { code: "empty-chain", steps: one({}, { groupBy: "channel" }), says: "for any value of its component" },
  {
    code: "empty-chain",
    steps: one([{ 1: add, 2: [] }, []], { groupBy: "channel" }),
    says: "It runs no function for channel 2.",
  },
  {
    code: "parameter-unknown",
    steps: one(use(add, { amont: 1 } as {})),
    says: 'add has no parameter "amont". Its parameters: amount.',
  },
  {
    code: "parameter-missing",
    steps: one(grid({ name: "n", params: { low: { type: "number", minimum: 0 } } }, (s) => s)),
    says: 'n needs the parameter "low". Give low: a number from 0.',
  },
  {
    code: "parameter-type",
    steps: one(use(add, { amount: 1.5 })),
    says: "add got amount: 1.5. It must be an integer from 0 up to 50.",
  },
  {
    code: "parameter-type",
    steps: one(use(add, { amount: Number.NaN })),
    says: "add got amount: NaN. It must be an integer",
  },
  {
    code: "parameter-type",
    steps: one(use(add, { amount: 2n } as {})),
    says: "add got amount: 2n. It must be an integer",
  },
  {
    code: "parameter-type",
    steps: one(use(add, { amount: [2n] } as {})),
    says: "add got amount: a value of type object. It must be an integer",
  },
  { code: "parameter-type", steps: one(use(crop, { margin: -1 })), says: "crop must be positive" },
  {
    code: "parameter-type",
    steps: one(use(loose(grid({ name: "any" }, (s) => s)), { at: Number.POSITIVE_INFINITY } as {})),
    says: "any got at: Infinity, which a plan can't keep.",
  },
  {
    code: "parameter-range",
    steps: one(use(add, { amount: 51 })),
    says: "add got amount: 51. It must be an integer from 0 up to 50.",
  },
  {
    code: "parameter-range",
    steps: one(
      use(loose(grid({ name: "c", params: { m: { enum: ["a", "b"] } } }, (s) => s)), { m: "c" } as {}),
    ),
    says: 'c got m: "c". It must be "a" or "b".',
  },
  {
    code: "lazy-value-twice",
    steps: one([
      use(loose(lookup), { table: lazyOnes() } as {}),
      use(loose(lookup), { table: lazyOnes() } as {}),
    ]),
    says: "It has a lazy value that a plan can't tell from another: both are () => [1, 1].",
  },
  { code: "slice-unit-slices", steps: one(sliceMany), says: "sliceMany sees one slice at a time" },
  { code: "too-many-slices", steps: one(grow), says: "grow would make 4 slices of 3." },
  {
    code: "too-many-slices",
    steps: one(broken),
    says: "broken can't say how many slices it makes of 3: no such rule",
  },
  {
    code: "parameter-range",
    steps: one(picky),
    says: "picky takes 2 slices, not 3. The step gives it 3 slices at a time.",
  },
  { code: "setting", steps: one(add, { dtype: "uint8" }), says: 'it must be "preserve", "native"' },
  {
    code: "setting",
    steps: one(add, { groupby: "channel" }),
    says: 'It sets "groupby", which is no option of a step.',
  },
  { code: "setting", steps: one(add, { variableComponents: ["colour"] }), says: '"colour" is no component.' },
  { code: "setting", steps: one({ 1: add }, { groupBy: "colour" }), says: '"colour" is no component.' },
  {
    code: "well-filter",
    steps: one(add, { wells: "H12" }),
    says: 'No well of the plate fits "H12". The plate has A01, A02. Mend the step\'s option wells',
  },
  { code: "well-filter", steps: one(add, { wells: 3 }), says: "3 wells are asked for, but the plate has 2" },
  { code: "well-filter", steps: one(add, { wells: ["A01", "?"] }), says: '"?" is no well filter.' },
  { code: "setting", steps: one(add, { compression: "" }), says: '"compression" to ""; it must be the name' },
  {
    code: "storage-unknown",
    step: "one",
    steps: one(add, { storage: "tape" }),
    says: 'Its images shall go to the storage "tape", which is not installed. Installed: disk.',
  },
];
