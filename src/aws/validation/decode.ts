import type { Shape } from '../model/facts.ts';
import { type Model, shapeOf } from '../model/model.ts';
import { SerializationFailed } from './refusals.ts';

/** How the services call the types in their texts, with the article. */
const TYPE_WORDS = {
  string: 'a String',
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
  boolean: 'a Boolean',
  blob: 'a Blob',
  timestamp: 'a Timestamp',
} as const;

/**
 * Turns parsed JSON into the types of `shapeName`: base64 to bytes, seconds to `Date`. Members that the shape does not
 * have are dropped, and `null` counts as absent, as in Smithy's awsJson protocols. Constraints are not looked at.
 *
 * @throws SerializationFailed for a wrong JSON type
 */
export function decode(model: Model, shapeName: string, json: unknown): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      if (!isObject(json)) throw expected('Start of structure or map', json);
      const present = Object.entries(shape.members).flatMap(([member, target]) => {
        const value = Object.hasOwn(json, member) ? json[member] : undefined;
        return value === undefined || value === null ? [] : [[member, decode(model, target, value)] as const];
      });
      return Object.fromEntries(present);
    }
    case 'list':
      if (!Array.isArray(json)) throw expected('Start of list', json);
      // A null stays: the element's constraint refuses it with its place.
      return json.map((it) => (it === null ? null : decode(model, shape.element, it)));
    case 'map': {
      if (!isObject(json)) throw expected('Start of structure or map', json);
      const entries = Object.entries(json).filter(([, value]) => value !== null);
      return Object.fromEntries(entries.map(([key, value]) => [key, decode(model, shape.value, value)]));
    }
    default:
      return decodeScalar(shape.type, json);
  }
}

function decodeScalar(type: keyof typeof TYPE_WORDS & Shape['type'], json: unknown): unknown {
  switch (type) {
    case 'string':
      if (typeof json === 'string') return json;
      break;
    case 'integer':
      if (Number.isInteger(json) && typeof json === 'number' && json === (json | 0)) return json;
      break;
    case 'long':
      if (Number.isSafeInteger(json)) return json;
      break;
    case 'float':
    case 'double':
      if (typeof json === 'number') return json;
      break;
    case 'boolean':
      if (typeof json === 'boolean') return json;
      break;
    case 'timestamp':
      if (typeof json === 'number' && !Number.isNaN(new Date(json * 1000).getTime())) return new Date(json * 1000);
      break;
    case 'blob': {
      const bytes = typeof json === 'string' ? decodeBase64(json) : undefined;
      if (bytes) return bytes;
      break;
    }
  }
  throw cannotConvert(json, TYPE_WORDS[type]);
}

/** Base64 with its padding and nothing else in it, or undefined. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is not base64. Its length gives that away: each skipped character is one that should have counted.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const isWhole = text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - padding;
  return isWhole && !text.includes('-') && !text.includes('_') ? bytes : undefined; // Those are base64url's.
}

function expected(what: string, json: unknown) {
  if (Array.isArray(json)) return SerializationFailed({ detail: 'Start of list found where not expected.' });
  if (isObject(json)) return SerializationFailed({ detail: 'Start of structure or map found where not expected.' });
  return SerializationFailed({ detail: `${what} expected, ${kindOf(json)} found.` });
}

function cannotConvert(json: unknown, type: string) {
  if (Array.isArray(json) || isObject(json)) return expected(type, json);
  return SerializationFailed({ detail: `${kindOf(json)} can not be converted to ${type}` });
}

function kindOf(json: unknown): string {
  switch (typeof json) {
    case 'string':
      return 'STRING_VALUE';
    case 'number':
      return 'NUMBER_VALUE';
    case 'boolean':
      return json ? 'TRUE_VALUE' : 'FALSE_VALUE';
    default:
      return 'NULL_VALUE';
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
