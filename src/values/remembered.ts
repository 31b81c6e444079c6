/** Answers that are kept; then all are forgotten, which is cheaper than to know the oldest. */
export const KEPT_AT_MOST = 1_000;

/** `answer`, asked once for each text: for what depends on nothing else, and is asked of the same few again and again. */
export function remembered<T>(answer: (of: string) => T): (of: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (of) => {
    const before = known.get(of);
    if (before) return before.answer;
    const now = answer(of);
    if (known.size >= KEPT_AT_MOST) known.clear();
    known.set(of, { answer: now });
    return now;
  };
}
