/** How a client of a Query service writes an input: `Tags.member.1.Key=team`. */
export function* pairsOf(value: unknown, name = ''): Generator<[string, string]> {
  const below = (part: string) => (name === '' ? part : `${name}.${part}`);
  if (Array.isArray(value)) {
    if (value.length === 0) yield [name, ''];
    for (const [index, it] of value.entries()) yield* pairsOf(it, below(`member.${index + 1}`));
  } else if (value instanceof Date) {
    yield [name, value.toISOString()];
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, it] of Object.entries(value)) yield* pairsOf(it, below(member));
  } else {
    yield [name, String(value)];
  }
}
