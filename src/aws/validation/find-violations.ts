import { type Model, shapeOf } from '../model/model.ts';
import { brokenConstraint, constraintsOf } from './constraint.ts';

/** A place in the input, what stands there, and the constraint that it breaks. */
export interface Violation {
  readonly place: Place;
  readonly shapeName: string;
  readonly value: unknown;
  readonly constraint: string;
}

/** Such as `imageIds`, `1`, `member`, `imageTag`; names of members are told apart from what the caller wrote. */
export type Place = readonly (string | { readonly member: string })[];

/** The required members that `value`, decoded as `shapeName`, lacks at any depth, in model order. */
export function* nullsIn(model: Model, shapeName: string, value: unknown, place: Place = []): Generator<Violation> {
  if (value === undefined) return;
  const shape = shapeOf(model, shapeName);
  const missing = (where: Place, target: string, constraint = 'Member must not be null'): Violation => {
    return { place: where, shapeName: target, value: undefined, constraint };
  };
  if (shape.type === 'structure') {
    const members = Object.entries(shape.members);
    for (const [member, target] of members) {
      if (shape.required.includes(member) && memberOf(value, member) === undefined) {
        yield missing([...place, { member }], target);
      }
    }
    for (const [member, target] of members) {
      yield* nullsIn(model, target, memberOf(value, member), [...place, { member }]);
    }
  } else if (shape.type === 'list' && Array.isArray(value)) {
    const isStructure = shapeOf(model, shape.element).type === 'structure';
    for (const [index, it] of value.entries()) {
      const inside = [...place, String(index + 1), 'member'];
      if (it !== null) yield* nullsIn(model, shape.element, it, inside);
      else if (isStructure) yield missing(inside, shape.element);
      else yield missing(place, shapeName, 'Member must satisfy constraint: [Member must not be null]');
    }
  } else if (shape.type === 'map') {
    for (const [key, it] of entriesOf(value)) yield* nullsIn(model, shape.value, it, [...place, key]);
  }
}

/** The constraints that `value`, decoded as `shapeName`, breaks: members in model order, each from the outside in. */
export function* violationsIn(
  model: Model,
  shapeName: string,
  value: unknown,
  place: Place = [],
): Generator<Violation> {
  if (value === undefined) return;
  const shape = shapeOf(model, shapeName);
  const constraint = brokenConstraint(model, shape, value);
  if (constraint !== undefined) {
    yield { place, shapeName, value, constraint };
    return;
  }

  if (shape.type === 'structure') {
    for (const [member, target] of Object.entries(shape.members)) {
      yield* violationsIn(model, target, memberOf(value, member), [...place, { member }]);
    }
  } else if (shape.type === 'list' && Array.isArray(value)) {
    const outer = { place, shapeName, value };
    for (const [index, it] of value.entries()) {
      const inside = [...place, String(index + 1), 'member'];
      yield* violationsInElement(model, shape.element, it, { outer, inside, what: 'Member' });
    }
  } else if (shape.type === 'map') {
    const outer = { place, shapeName, value };
    for (const [key, it] of entriesOf(value)) {
      const inside = [...place, key];
      yield* violationsInElement(model, shape.key, key, { outer, inside, what: 'Map keys' });
      yield* violationsInElement(model, shape.value, it, { outer, inside, what: 'Map value' });
    }
  }
}

interface Around {
  readonly outer: Pick<Violation, 'place' | 'shapeName' | 'value'>;
  readonly inside: Place;
  readonly what: string;
}

/** What is wrong with a plain element is said of its list (or map); a structure's members have places of their own. */
function* violationsInElement(
  model: Model,
  shapeName: string,
  value: unknown,
  { outer, inside, what }: Around,
): Generator<Violation> {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure' || shape.type === 'list' || shape.type === 'map') {
    yield* violationsIn(model, shapeName, value, inside);
  } else if (brokenConstraint(model, shape, value) !== undefined) {
    yield { ...outer, constraint: `${what} must satisfy constraint: [${constraintsOf(shape).join(', ')}]` };
  }
}

function memberOf(value: unknown, member: string): unknown {
  return isRecord(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
