import { type Model, shapeOf } from '../model/model.ts';
import { brokenConstraint, constraintsOf } from './constraint.ts';

/** A place in the input, such as `imageIds.1.member.imageTag`, and the constraint that is broken there. */
export interface Violation {
  readonly member: string;
  readonly constraint: string;
}

/**
 * ECR checks these two itself when they stand as a member, and says so in words of its own. Its expression for names is
 * older than the model's; programs match the text, and what decides is the model's pattern.
 */
const OWN_TEXTS: ReadonlyMap<string, string> = new Map([
  [
    'RepositoryName',
    "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
  ],
  ['RegistryId', 'must satisfy regular expression [0-9]{12}'],
]);

const PATTERN = 'Member must satisfy regular expression pattern: ';

/** The first required member that `value`, decoded as `shapeName`, lacks at any depth, in model order. */
export function findNull(model: Model, shapeName: string, value: unknown, path = ''): Violation | undefined {
  if (value === undefined) return undefined;
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure') {
    const members = Object.entries(shape.members);
    const missing = members.find(([it]) => shape.required.includes(it) && memberOf(value, it) === undefined);
    if (missing) return { member: join(path, missing[0]), constraint: 'Member must not be null' };
    return first(members, ([it, target]) => findNull(model, target, memberOf(value, it), join(path, it)));
  }
  if (shape.type === 'list' && Array.isArray(value)) {
    const isStructure = shapeOf(model, shape.element).type === 'structure';
    return first(value.entries(), ([index, it]) => {
      const place = `${path}.${index + 1}.member`;
      if (it !== null) return findNull(model, shape.element, it, place);
      if (isStructure) return { member: place, constraint: 'Member must not be null' };
      return { member: path, constraint: 'Member must satisfy constraint: [Member must not be null]' };
    });
  }
  if (shape.type === 'map')
    return first(entriesOf(value), ([key, it]) => findNull(model, shape.value, it, join(path, key)));
  return undefined;
}

/** The first constraint that `value`, decoded as `shapeName`, breaks: members in model order, each from the outside in. */
export function findViolation(model: Model, shapeName: string, value: unknown, path = ''): Violation | undefined {
  if (value === undefined) return undefined;
  const shape = shapeOf(model, shapeName);
  const constraint = brokenConstraint(model, shape, value);
  if (constraint !== undefined) {
    const ownText = constraint.startsWith(PATTERN) ? OWN_TEXTS.get(shapeName) : undefined;
    return { member: path, constraint: ownText ?? constraint };
  }

  if (shape.type === 'structure') {
    return first(Object.entries(shape.members), ([member, target]) =>
      findViolation(model, target, memberOf(value, member), join(path, member)),
    );
  }
  if (shape.type === 'list' && Array.isArray(value)) {
    return first(value.entries(), ([index, it]) =>
      findInElement(model, shape.element, it, { path, place: `${path}.${index + 1}.member`, what: 'Member' }),
    );
  }
  if (shape.type === 'map') {
    return first(entriesOf(value), ([key, it]) => {
      const place = join(path, key);
      return (
        findInElement(model, shape.key, key, { path, place, what: 'Map keys' }) ??
        findInElement(model, shape.value, it, { path, place, what: 'Map value' })
      );
    });
  }
  return undefined;
}

/** What is wrong with a plain element is said of its list (or map); a structure's members have places of their own. */
function findInElement(
  model: Model,
  shapeName: string,
  value: unknown,
  { path, place, what }: { path: string; place: string; what: string },
): Violation | undefined {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure' || shape.type === 'list' || shape.type === 'map') {
    return findViolation(model, shapeName, value, place);
  }
  if (brokenConstraint(model, shape, value) === undefined) return undefined;
  return { member: path, constraint: `${what} must satisfy constraint: [${constraintsOf(shape).join(', ')}]` };
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

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

function first<T>(items: Iterable<T>, find: (item: T) => Violation | undefined): Violation | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}
