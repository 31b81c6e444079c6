/** Runs `work` on each of `items`, at most `width` at once. Rejects with the first error, when those under way are over. */
export async function severalAtOnce<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  let failure: { readonly error: unknown } | undefined;
  async function workThrough(): Promise<void> {
    for (const item of waiting) {
      if (failure) return;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: width }, workThrough));
  if (failure) throw failure.error;
}
