import type { ImageKey } from "@platewright/core";

const parts = ["z", "timepoint"] as const;
type Part = (typeof parts)[number];

/**
 * Tells gaps from what was never taken. A plane or timepoint that other channels have and this one has at none of
 * several sites, such as the one plane of a brightfield channel beside a stack, is no gap. At a single site nobody can tell.
 */
export function isGap(images: readonly ImageKey[]): (key: ImageKey) => boolean {
  if (!hasSeveralSites(images)) return () => true;
  const channels = new Set(images.map(({ channel }) => channel));
  const taken = new Set(parts.flatMap((part) => images.map((image) => pairOf(image, part))));
  const values = new Set(parts.flatMap((part) => images.map((image) => `${part} ${image[part]}`)));
  return (key) =>
    !channels.has(key.channel) ||
    parts.every((part) => taken.has(pairOf(key, part)) || !values.has(`${part} ${key[part]}`));
}

/** Sentences on channels that have fewer planes or timepoints than others at every site. */
export function noteOnLesserChannels(images: readonly ImageKey[]): readonly string[] {
  if (!hasSeveralSites(images)) return [];
  return parts.flatMap((part) => {
    const byChannel = new Map<string, Set<string>>();
    for (const { channel, ...rest } of images)
      byChannel.set(channel, (byChannel.get(channel) ?? new Set()).add(rest[part]));
    const most = Math.max(...[...byChannel.values()].map(({ size }) => size));
    const noun = part === "z" ? "z planes" : "timepoints";
    return [...byChannel].flatMap(([channel, { size }]) =>
      size === most
        ? []
        : [
            `Channel ${channel} has ${size} instead of ${most} ${noun} throughout, so that none of the others counts as missing.`,
          ],
    );
  });
}

function hasSeveralSites(images: readonly ImageKey[]): boolean {
  const [first] = images;
  return images.some(({ well, site }) => well !== first?.well || site !== first.site);
}

function pairOf(key: ImageKey, part: Part): string {
  return `${part} ${key[part]} of ${key.channel}`;
}
