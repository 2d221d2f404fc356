/** Maps items, at most `limit` of them at once, in their order. After the first failure, which it throws, none is begun. */
export async function mapLimited<A, B>(
  items: readonly A[],
  limit: number,
  map: (item: A) => Promise<B>,
): Promise<readonly B[]> {
  const results: B[] = [];
  // All take from one iterator: to shift a long array moves all that is left of it, each time.
  const waiting = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [i, item] of waiting) {
      try {
        results[i] = await map(item);
      } catch (error) {
        failed = true;
        throw error;
      }
      if (failed) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
