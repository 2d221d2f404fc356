const namesTold = 3;

/** The name that all files give each channel. Of a channel that has several a note says so and none is taken. */
export function agreedNames(found: ReadonlyMap<string, ReadonlySet<string>>): {
  readonly channelNames?: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
} {
  const channelNames: Record<string, string> = {};
  const notes: string[] = [];
  for (const [channel, [name, ...others]] of found) {
    if (name !== undefined && others.length === 0) channelNames[channel] = name;
    else notes.push(`Channel ${channel} has several names: ${someOf([name, ...others])}.`);
  }
  return { ...(Object.keys(channelNames).length > 0 && { channelNames }), notes };
}

function someOf(names: readonly (string | undefined)[]): string {
  const more = names.length - namesTold;
  return more > 0 ? `${names.slice(0, namesTold).join(", ")} and ${more} more` : names.join(", ");
}
