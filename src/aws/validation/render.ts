import type { Shape } from '../model/facts.ts';
import { type Model, shapeOf } from '../model/model.ts';

/**
 * Turns an operation's typed output into what `JSON.stringify` may write: dates as seconds with milliseconds after the
 * point, bytes as base64, undefined members left out: `render(ECR, 'PutImageResponse', output)`.
 *
 * @throws when `value` is not what the model says: a bug of the handler
 */
export function render(model: Model, shapeName: string, value: unknown): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      const given = new Map(entriesOf(value, shapeName));
      const members = Object.entries(shape.members).filter(([member]) => given.get(member) !== undefined);
      return Object.fromEntries(members.map(([member, target]) => [member, render(model, target, given.get(member))]));
    }
    case 'list':
      if (!Array.isArray(value)) throw wrong(shapeName, value);
      return value.map((it) => render(model, shape.element, it));
    case 'map': {
      const present = entriesOf(value, shapeName).filter(([, it]) => it !== undefined);
      return Object.fromEntries(present.map(([key, it]) => [key, render(model, shape.value, it)]));
    }
    default:
      return renderScalar(shape.type, shapeName, value);
  }
}

function renderScalar(type: Shape['type'], shapeName: string, value: unknown): string | number | boolean {
  if (type === 'timestamp' && value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime() / 1000;
  if (type === 'blob' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'boolean' && typeof value === 'boolean') return value;
  const isNumeric = type === 'integer' || type === 'long' || type === 'float' || type === 'double';
  if (isNumeric && typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(shapeName, value);
}

function entriesOf(value: unknown, shapeName: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(shapeName, value);
  return Object.entries(value);
}

function wrong(shapeName: string, value: unknown): Error {
  return new Error(`An output holds a ${value === null ? 'null' : typeof value} where the model has ${shapeName}.`);
}
