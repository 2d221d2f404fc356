/** Waits for all, also where one fails: the caller may take back then what they work on. Throws what one of them threw. */
export async function allOf(promises: Iterable<Promise<unknown>>): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
