import type { Shape, TextShape } from '../../src/aws/model/facts.ts';
import { type Model, shapeOf } from '../../src/aws/model/model.ts';
import { matches, sampleOf } from './samples.ts';

/** An input that is wrong in one thing, and the answer that it must get. */
export interface BadInput {
  /** Such as `imageIds.1.member.imageTag: too short`. */
  readonly name: string;
  readonly input: unknown;
  readonly code: 'InvalidParameterException' | 'SerializationException';
  /** The place that the text of an InvalidParameterException must name. */
  readonly member: string;
}

/**
 * Every way of breaking one constraint of `operation`'s input, made lazily from `validInput` (as JSON; the smallest
 * valid input when not given): missing members, bounds, patterns, enums, JSON types, at each level, also below optional
 * members that `validInput` does not have. An over-long blob is as large as the model makes it.
 */
export function* violationsOf(model: Model, operation: string, validInput?: unknown): Generator<BadInput> {
  const shapeName = model.operations.get(operation)?.input;
  if (shapeName === undefined) throw new Error(`The API model of ${model.serviceId} has no input for ${operation}.`);
  const valid = validInput ?? sampleOf(model, shapeName);
  for (const { what, value, code, member } of broken(model, shapeName, { valid, path: '', within: [] })) {
    yield { name: `${member || 'the input'}: ${what}`, input: value, code, member };
  }
}

interface Broken {
  readonly what: string;
  readonly value: unknown;
  readonly code: BadInput['code'];
  readonly member: string;
}

interface Place {
  readonly valid: unknown;
  readonly path: string;
  /** Shapes that we are inside of, so that recursive ones end. */
  readonly within: readonly string[];
}

function* broken(model: Model, shapeName: string, { valid, path, within }: Place): Generator<Broken> {
  if (within.includes(shapeName)) return;
  const shape = shapeOf(model, shapeName);
  const inside = [...within, shapeName];

  for (const value of wrongTypes(shape)) {
    yield { what: `JSON ${JSON.stringify(value)}`, value, code: 'SerializationException', member: path };
  }
  for (const [what, value] of outOfBounds(model, shapeName, shape)) {
    yield { what, value, code: 'InvalidParameterException', member: path };
  }
  if (shape.type === 'structure' && isObject(valid)) {
    for (const [member, target] of Object.entries(shape.members)) {
      const place = path === '' ? member : `${path}.${member}`;
      if (shape.required.includes(member)) {
        const { [member]: _, ...rest } = valid;
        yield { what: 'missing', value: rest, code: 'InvalidParameterException', member: place };
        const nulled = { ...valid, [member]: null };
        yield { what: 'null', value: nulled, code: 'InvalidParameterException', member: place };
      }
      const below = { valid: valid[member] ?? sampleOf(model, target), path: place, within: inside };
      for (const it of broken(model, target, below)) yield { ...it, value: { ...valid, [member]: it.value } };
    }
  }
  if (shape.type === 'list' && Array.isArray(valid)) {
    const kind = shapeOf(model, shape.element).type;
    const place = kind === 'structure' || kind === 'list' ? `${path}.1.member` : path;
    const [head = sampleOf(model, shape.element), ...rest] = valid;
    for (const it of broken(model, shape.element, { valid: head, path: place, within: inside })) {
      yield { ...it, what: `element ${it.what}`, value: [it.value, ...rest] };
    }
  }
}

function wrongTypes(shape: Shape): readonly unknown[] {
  switch (shape.type) {
    case 'structure':
    case 'map':
      return ['text', 7, []];
    case 'list':
      return ['text', {}];
    case 'string':
      return [7, true, {}, []];
    case 'blob':
      return [7, {}, '*not base64*', 'QQ'];
    case 'integer':
    case 'long':
      return ['7', true, {}, 1.5, 1e300];
    case 'boolean':
      return ['true', 1, {}];
    default:
      return ['text', true, {}];
  }
}

function* outOfBounds(model: Model, shapeName: string, shape: Shape): Generator<readonly [string, unknown]> {
  if (shape.type === 'structure' || shape.type === 'boolean' || shape.type === 'timestamp') return;
  const { min, max } = shape;
  if (min !== undefined && hasValueBelow(shape, min)) yield ['too little', sized(model, shape, min - 1)];
  if (max !== undefined) yield ['too much', sized(model, shape, max + 1)];
  if (shape.type === 'string' && shape.pattern !== undefined) {
    yield ['not of the pattern', textAgainst(shape)];
    const andMore = `${sampleOf(model, shapeName)}\n`;
    if (!matches(shape, andMore)) yield ['of the pattern with a line feed after it', andMore];
  }
  if (shape.type === 'string' && shape.enum) yield ['not of the enum', 'NO_SUCH_VALUE'];
}

function hasValueBelow(shape: Shape, min: number): boolean {
  const isNumeric =
    shape.type === 'integer' || shape.type === 'long' || shape.type === 'float' || shape.type === 'double';
  return isNumeric || min > 0;
}

/** A value of the length (or, for numbers, the value) `size`. */
function sized(model: Model, shape: Shape, size: number): unknown {
  switch (shape.type) {
    case 'string':
      return 'a'.repeat(size);
    case 'blob':
      return Buffer.alloc(size).toString('base64');
    case 'list':
      return Array.from({ length: size }, () => sampleOf(model, shape.element));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: size }, (_, index) => [`key${index}`, sampleOf(model, shape.value)]),
      );
    default:
      return size;
  }
}

function textAgainst(shape: TextShape): string {
  const { min = 0 } = shape;
  const texts = ['!', 'A!', ' ', '\u0000', 'é'].map((it) => it.padEnd(min, it));
  const against = texts.find((it) => !matches(shape, it));
  if (against === undefined) throw new Error(`No text is known that ${shape.pattern} refuses.`);
  return against;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
