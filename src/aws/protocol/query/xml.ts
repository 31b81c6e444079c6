import { type Model, shapeOf } from '../../model/model.ts';

/** Policy documents of IAM are percent-encoded in its answers, and only there: SDKs and Terraform decode them. */
const POLICY_DOCUMENT = 'policyDocumentType';

/**
 * An operation's typed output as an element called `name`: members in the model's order, those that are absent left out,
 * times in whole seconds, bytes as base64.
 *
 * @throws when `value` is not what the model says: a bug of the operation
 */
export function renderXml(model: Model, shapeName: string, value: unknown, name: string): string {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      const given = new Map(entriesOf(value, shapeName));
      const members = Object.entries(shape.members).map(([member, target]) => {
        const it = given.get(member);
        return it === undefined ? '' : renderXml(model, target, it, member);
      });
      return element(name, members.join(''));
    }
    case 'list':
      if (!Array.isArray(value)) throw wrong(shapeName, value);
      return element(name, value.map((it) => renderXml(model, shape.element, it, 'member')).join(''));
    case 'map': {
      const entries = entriesOf(value, shapeName).filter(([, it]) => it !== undefined);
      const rendered = entries.map(([key, it]) => {
        return element('entry', renderXml(model, shape.key, key, 'key') + renderXml(model, shape.value, it, 'value'));
      });
      return element(name, rendered.join(''));
    }
    default: {
      const text = textOf(shape.type, shapeName, value);
      return element(name, escapeXml(shapeName === POLICY_DOCUMENT ? percentEncode(text) : text));
    }
  }
}

/** `content` is XML already. */
export function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

/**
 * Text as XML writes it. A carriage return would be read as a line feed, so it is written as a reference; what XML has no
 * way to write becomes U+FFFD.
 */
export function escapeXml(text: string): string {
  return text.replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|[&<>"]/gu, (it) => {
    return REFERENCES[it] ?? '\uFFFD';
  });
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** RFC 3986: everything but the unreserved characters, a space as `%20`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);
}

function textOf(type: string, shapeName: string, value: unknown): string {
  if (type === 'timestamp' && value instanceof Date && !Number.isNaN(value.getTime())) {
    return `${value.toISOString().slice(0, 19)}Z`;
  }
  if (type === 'blob' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'boolean' && typeof value === 'boolean') return String(value);
  const isNumeric = type === 'integer' || type === 'long' || type === 'float' || type === 'double';
  if (isNumeric && typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw wrong(shapeName, value);
}

function entriesOf(value: unknown, shapeName: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(shapeName, value);
  return Object.entries(value);
}

function wrong(shapeName: string, value: unknown): Error {
  return new Error(`An output holds a ${value === null ? 'null' : typeof value} where the model has ${shapeName}.`);
}
