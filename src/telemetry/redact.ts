import { remembered } from '../values/remembered.ts';

/** Members that hold secrets, wherever they stand in what is logged. */
const SECRETS = new Set([
  'authorization',
  'authorizationtoken',
  'cookie',
  'password',
  'secret',
  'secretaccesskey',
  'sessiontoken',
]);

/** Names are a few, and each line has a dozen of them. */
const isSecret = remembered((name) => SECRETS.has(name.toLowerCase()));

const DEEPEST = 8;

type Fields = Record<string, unknown>;

/**
 * `fields` with every secret replaced, however deep: a second lock behind not logging them at all. What holds none is
 * given back as it is; this runs for every line. What lies deeper than eight levels is left out, circles with it.
 */
export function redact(fields: Fields, depth = 0): Fields {
  let copy: Fields | undefined;
  for (const name in fields) {
    const value = fields[name];
    const shown = isSecret(name) ? '[redacted]' : isPlain(value) ? deeper(value, depth) : value;
    if (shown === value) continue;
    copy ??= { ...fields };
    copy[name] = shown;
  }
  return copy ?? fields;
}

function deeper(value: Fields, depth: number): Fields | string {
  return depth < DEEPEST ? redact(value, depth + 1) : '[too deep]';
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
