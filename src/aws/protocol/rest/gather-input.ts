import type { Shape } from '../../model/facts.ts';
import { type Model, shapeOf } from '../../model/model.ts';
import { parseQuery } from '../../sigv4/raw-request.ts';
import { SerializationFailed } from '../../validation/refusals.ts';

/** What a REST request says in its three places. */
export interface RestParts {
  /** Percent-encoded, by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed JSON. */
  readonly body: unknown;
}

/**
 * The input of a REST operation as one JSON object, as if all of it had come in the body: `decode` takes it from there.
 * A member that has a place of its own is read there alone.
 *
 * @throws SerializationFailed when a label is no text, or when the body is no object
 */
export function gatherInput(model: Model, shapeName: string, { labels, query, headers, body }: RestParts): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type !== 'structure') throw new Error(`The input ${shapeName} is no structure.`);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw SerializationFailed({ detail: 'Start of structure or map found where not expected.' });
  }
  const pairs = parseQuery(query).map(([name, value]) => [utf8(name), utf8(value)] as const);
  const given = new Map(Object.entries(body));
  for (const [member, { in: place, name }] of Object.entries(shape.locations)) {
    given.delete(member);
    const target = shapeOf(model, shape.members[member] ?? '');
    const values =
      place === 'uri'
        ? [labels.get(name)].flatMap((it) => (it === undefined ? [] : decodeLabel(it)))
        : place === 'querystring'
          ? pairs.filter(([it]) => it === name).map(([, value]) => value)
          : [headers[name.toLowerCase()] ?? []].flat();
    if (values.length > 0) given.set(member, typed(model, target, values));
  }
  return Object.fromEntries(given);
}

/** Texts as JSON has them; one that is not of the type stays a text, which `decode` refuses. */
function typed(model: Model, target: Shape, values: readonly string[]): unknown {
  if (target.type === 'list') {
    const element = shapeOf(model, target.element);
    return values.map((it) => scalarOf(element, it));
  }
  return scalarOf(target, values[0] ?? '');
}

function scalarOf({ type }: Shape, text: string): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  const isNumeric = type === 'integer' || type === 'long' || type === 'float' || type === 'double';
  if (isNumeric && /^-?[0-9]+(?:\.[0-9]+)?$/.test(text)) return Number(text);
  return text;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw SerializationFailed({ detail: 'The address is not percent-encoded UTF-8.' });
  }
}

/** `parseQuery` gives one character for each byte. */
function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
