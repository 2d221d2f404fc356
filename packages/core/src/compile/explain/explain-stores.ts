import type { PlateDeclaration } from "../../plate/plate-store.ts";
import type { Plan, PlannedStore } from "../plan/plan.ts";
import { labelled } from "./explain-text.ts";

/** The plates that a plan's images are kept in, and the one that its input is converted into, a line each. */
export function storeLines(plan: Plan): readonly string[] {
  const { input, stores } = plan;
  return [
    ...(input
      ? labelled("input", 2, [`${input.folder},`, formatText(input.declaration), "made once from the plate"])
      : []),
    ...stores.flatMap((store, i) =>
      labelled(i === 0 ? "plates" : "", 2, [
        `${store.folder},`,
        formatText(store.declaration),
        holdsText(plan, store),
      ]),
    ),
  ];
}

function formatText({ version, codec, chunkSize }: PlateDeclaration): string {
  const chunks = chunkSize === undefined ? [] : [`chunks of ${chunkSize} × ${chunkSize}`];
  return [...(version === undefined ? [] : [`OME-Zarr ${version}`]), codec ?? "packed as usual", ...chunks]
    .join(", ")
    .concat(":");
}

function holdsText({ steps }: Plan, { step, holds, declaration, labels = [] }: PlannedStore): string {
  const nameOf = (index: number): string => `"${steps[index]?.name}"`;
  const what = declaration.images === "labels" ? "labels" : "images";
  const images =
    holds === "input" ? `the images that ${nameOf(step)} reads` : `the ${what} of ${nameOf(step)}`;
  const beside = labels.map(({ step: index }) => `the labels of ${nameOf(index)}`);
  return [images, ...beside].join(" and ");
}
