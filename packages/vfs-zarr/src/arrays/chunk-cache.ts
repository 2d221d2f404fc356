import type { DecodedChunk } from "./open-array.ts";

/** Keeps decoded chunks of several planes, so that reading plane after plane decodes each once. */
export interface ChunkCache {
  get(key: string, read: () => Promise<DecodedChunk>): Promise<DecodedChunk>;
}

/** A cache of up to `limit` bytes; what was used longest ago goes first. */
export function createChunkCache(limit: number): ChunkCache {
  const kept = new Map<string, { readonly chunk: Promise<DecodedChunk>; bytes: number }>();
  let total = 0;
  const drop = (key: string): void => {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  const cache: ChunkCache = {
    async get(key, read) {
      const known = kept.get(key);
      if (known) {
        kept.delete(key);
        kept.set(key, known);
        // It may have failed only because who asked for it first has given up.
        return await known.chunk.catch(() => {
          if (kept.get(key) === known) drop(key);
          return cache.get(key, read);
        });
      }
      const entry = { chunk: read(), bytes: 0 };
      kept.set(key, entry);
      try {
        const chunk = await entry.chunk;
        if (kept.get(key) === entry) {
          entry.bytes = chunk.data.byteLength;
          total += entry.bytes;
          for (const oldest of kept.keys()) {
            if (total <= limit) break;
            drop(oldest);
          }
        }
        return chunk;
      } catch (error) {
        if (kept.get(key) === entry) drop(key);
        throw error;
      }
    },
  };
  return cache;
}
