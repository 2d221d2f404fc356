import type { ImageKey } from "@platewright/core";

const parts = ["z", "timepoint"] as const;
type Part = (typeof parts)[number];

/**
 * Tells gaps from what was never taken. A plane or timepoint that other channels have and this one has at none of
 * several places is no gap: places are sites, for planes at each timepoint, for timepoints at each plane. At a single
 * place that is known only of a channel that has one alone, such as the one plane of a brightfield channel beside a stack.
 */
export function isGap(images: readonly ImageKey[]): (key: ImageKey) => boolean {
  const channels = new Set(images.map(({ channel }) => channel));
  const values = new Set(parts.flatMap((part) => images.map((image) => `${part} ${image[part]}`)));
  const taken = new Map(parts.map((part) => [part, takenOf(images, part)] as const));
  const isTaken = (key: ImageKey, part: Part): boolean => {
    const { byChannel, severalPlaces } = taken.get(part) as Taken;
    const own = byChannel.get(key.channel);
    if (own?.has(key[part]) || !values.has(`${part} ${key[part]}`)) return true;
    return !severalPlaces && own?.size !== 1;
  };
  return (key) => !channels.has(key.channel) || parts.every((part) => isTaken(key, part));
}

/** Sentences on channels that have fewer planes or timepoints than others at every place. */
export function noteOnLesserChannels(images: readonly ImageKey[]): readonly string[] {
  return parts.flatMap((part) => {
    const { byChannel, severalPlaces } = takenOf(images, part);
    const most = [...byChannel.values()].reduce((highest, { size }) => Math.max(highest, size), 0);
    const noun = part === "z" ? "z planes" : "timepoints";
    return [...byChannel].flatMap(([channel, { size }]) =>
      size === most || (!severalPlaces && size > 1)
        ? []
        : [
            `Channel ${channel} has ${size} instead of ${most} ${noun} throughout, so that none of the others counts as missing.`,
          ],
    );
  });
}

interface Taken {
  /** The planes or timepoints that each channel has anywhere. */
  readonly byChannel: ReadonlyMap<string, ReadonlySet<string>>;
  readonly severalPlaces: boolean;
}

function takenOf(images: readonly ImageKey[], part: Part): Taken {
  const other = part === "z" ? "timepoint" : "z";
  const [first] = images;
  const byChannel = new Map<string, Set<string>>();
  let severalPlaces = false;
  for (const image of images) {
    const own = byChannel.get(image.channel);
    if (own) own.add(image[part]);
    else byChannel.set(image.channel, new Set([image[part]]));
    severalPlaces ||=
      image.well !== first?.well || image.site !== first.site || image[other] !== first[other];
  }
  return { byChannel, severalPlaces };
}
