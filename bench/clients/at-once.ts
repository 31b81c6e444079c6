/** Does `work` for every item, `clients` at a time. @throws as `work` does, when all that was begun has ended */
export async function atOnce<T>(
  items: readonly T[],
  clients: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const client = async () => {
    for (const item of left) await work(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: clients }, client));
  for (const it of outcomes) if (it.status === 'rejected') throw it.reason;
}
