import { PolicyInvalid } from './refusals.ts';

/*
 * The checks of a JSON schema, in the words of the validator that ECR uses. Each throws PolicyInvalid for the first thing
 * that is wrong.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

type JsonType = 'array' | 'boolean' | 'integer' | 'object' | 'string';

/** An object that has all of `required`, and nothing but them and `optional`. */
export function checkObject(
  value: unknown,
  { required, optional = [] }: { readonly required: readonly string[]; readonly optional?: readonly string[] },
): JsonObject {
  checkType(value, 'object');
  const object = value as JsonObject;
  const known = new Set([...required, ...optional]);
  const strange = Object.keys(object).filter((it) => !known.has(it));
  if (strange.length > 0) {
    throw PolicyInvalid({
      detail: `object instance has properties which are not allowed by the schema: ${namesOf(strange)}`,
    });
  }
  const missing = required.filter((it) => !Object.hasOwn(object, it));
  if (missing.length > 0) {
    throw PolicyInvalid({ detail: `object has missing required properties (${namesOf(missing)})` });
  }
  return object;
}

export function checkArray(
  value: unknown,
  { least = 0, most }: { readonly least?: number; readonly most?: number } = {},
): readonly unknown[] {
  checkType(value, 'array');
  const array = value as readonly unknown[];
  const { length } = array;
  if (length < least) {
    throw PolicyInvalid({
      detail: `array is too short: must have at least ${least} elements but instance has ${length} elements`,
    });
  }
  if (most !== undefined && length > most) {
    throw PolicyInvalid({
      detail: `array is too long: must have at most ${most} elements but instance has ${length} elements`,
    });
  }
  return array;
}

export function checkString(value: unknown, { least = 0 }: { readonly least?: number } = {}): string {
  checkType(value, 'string');
  const text = value as string;
  if (text.length < least) {
    throw PolicyInvalid({
      detail: `string ${JSON.stringify(text)} is too short (length: ${text.length}, required minimum: ${least})`,
    });
  }
  return text;
}

export function checkEnum<T extends string>(value: unknown, values: readonly T[]): T {
  const text = checkString(value);
  const found = values.find((it) => it === text);
  if (found === undefined) {
    throw PolicyInvalid({
      detail: `instance value (${JSON.stringify(text)}) not found in enum (possible values: ${namesOf(values)})`,
    });
  }
  return found;
}

/** What ECR keeps its numbers in. */
const LARGEST_INTEGER = 2_147_483_647;

export function checkInteger(value: unknown, least: number): number {
  checkType(value, 'integer');
  const number = value as number;
  if (number < least) {
    throw PolicyInvalid({
      detail: `numeric instance is lower than the required minimum (minimum: ${least}, found: ${number})`,
    });
  }
  if (number > LARGEST_INTEGER) {
    throw PolicyInvalid({
      detail: `numeric instance is greater than the required maximum (maximum: ${LARGEST_INTEGER}, found: ${number})`,
    });
  }
  return number;
}

export function checkBoolean(value: unknown): boolean {
  checkType(value, 'boolean');
  return value as boolean;
}

/** For combinations that fit none of the shapes an object may have. */
export function fitsNone(shapes: number): Error {
  return PolicyInvalid({ detail: `instance failed to match exactly one schema (matched 0 out of ${shapes})` });
}

function checkType(value: unknown, allowed: JsonType): void {
  const type = typeOf(value);
  if (type === allowed) return;
  throw PolicyInvalid({
    detail: `instance type (${type}) does not match any allowed primitive type (allowed: ["${allowed}"])`,
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function namesOf(names: readonly string[]): string {
  return JSON.stringify(names.toSorted());
}
