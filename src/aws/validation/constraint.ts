import type { Shape, TextShape } from '../model/facts.ts';
import type { Model } from '../model/model.ts';

/**
 * The first constraint of `shape` itself that `value` breaks, in ECR's words; undefined when it keeps them all. The
 * length of a text is counted in Unicode code points (Smithy's `length` trait), of a blob in bytes, of lists and maps
 * in elements.
 */
export function brokenConstraint(model: Model, shape: Shape, value: unknown): string | undefined {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' ? brokenByText(model, shape, value) : undefined;
    case 'blob':
      return value instanceof Uint8Array ? brokenLength(shape, value.length) : undefined;
    case 'list':
      return Array.isArray(value) ? brokenLength(shape, value.length) : undefined;
    case 'map':
      return typeof value === 'object' && value !== null ? brokenLength(shape, Object.keys(value).length) : undefined;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      if (typeof value !== 'number') return undefined;
      if (shape.min !== undefined && value < shape.min) return atLeast('value', shape.min);
      if (shape.max !== undefined && value > shape.max) return atMost('value', shape.max);
      return undefined;
    default:
      return undefined;
  }
}

/** All constraints of `shape`: when an element of a list breaks one, the services name each of them. */
export function constraintsOf(shape: Shape): readonly string[] {
  if (shape.type === 'structure' || shape.type === 'boolean' || shape.type === 'timestamp') return [];
  const what = shape.type === 'string' || shape.type === 'blob' ? 'length' : 'value';
  return [
    ...(shape.max === undefined ? [] : [atMost(what, shape.max)]),
    ...(shape.min === undefined ? [] : [atLeast(what, shape.min)]),
    ...(shape.type === 'string' && shape.pattern !== undefined ? [patternText(shape.pattern)] : []),
    ...(shape.type === 'string' && shape.enum ? [enumText(shape.enum)] : []),
  ];
}

function brokenByText(model: Model, shape: TextShape, text: string): string | undefined {
  // The length comes first, so that no pattern with a bound ever runs on more than that.
  const length = brokenTextLength(shape, text);
  if (length !== undefined) return length;
  if (shape.pattern !== undefined && !model.patterns.get(shape.pattern)?.test(text)) return patternText(shape.pattern);
  if (shape.enum && !shape.enum.includes(text)) return enumText(shape.enum);
  return undefined;
}

function brokenTextLength(shape: TextShape, text: string): string | undefined {
  // A code point is one or two units: megabytes are counted only where that leaves it open.
  const surelyShort = text.length < (shape.min ?? 0) || text.length <= (shape.max ?? Number.POSITIVE_INFINITY);
  const surelyLong = text.length / 2 >= (shape.min ?? 0);
  return brokenLength(shape, surelyShort && surelyLong ? text.length : codePointsIn(text));
}

function codePointsIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function brokenLength(shape: { min?: number | undefined; max?: number | undefined }, length: number) {
  if (shape.min !== undefined && length < shape.min) return atLeast('length', shape.min);
  if (shape.max !== undefined && length > shape.max) return atMost('length', shape.max);
  return undefined;
}

function atLeast(what: 'length' | 'value', min: number): string {
  return `Member must have ${what} greater than or equal to ${min}`;
}

function atMost(what: 'length' | 'value', max: number): string {
  return `Member must have ${what} less than or equal to ${max}`;
}

function patternText(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function enumText(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`;
}
