import type { Refusal } from '../../values/refusal.ts';
import { type Model, shapeOf } from '../model/model.ts';
import type { Place, Violation } from './find-violations.ts';
import { ConstraintsViolated, ConstraintViolated } from './refusals.ts';

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

/** Of a list with so many things wrong only these are said. */
const SAID_AT_MOST = 10;
const VALUE_AT_MOST = 1_024;

export function violatedInEcr({ place, shapeName, constraint }: Violation): Refusal {
  const ownText = constraint.startsWith(PATTERN) ? OWN_TEXTS.get(shapeName) : undefined;
  return ConstraintViolated({ member: wordsOf(place, (it) => it), constraint: ownText ?? constraint });
}

/** In the words of IAM, STS, KMS and CloudTrail, which begin members in lower case. */
export function violatedInOthers(model: Model, violations: readonly Violation[]): Refusal {
  const said = violations.slice(0, SAID_AT_MOST).map(({ place, shapeName, value, constraint }) => {
    const member = wordsOf(place, (it) => `${it.charAt(0).toLowerCase()}${it.slice(1)}`);
    return `Value ${valueText(model, shapeName, value)} at '${member}' failed to satisfy constraint: ${constraint}`;
  });
  return ConstraintsViolated({ count: violations.length, said });
}

function wordsOf(place: Place, memberWord: (member: string) => string): string {
  return place.map((it) => (typeof it === 'string' ? it : memberWord(it.member))).join('.');
}

function valueText(model: Model, shapeName: string, value: unknown): string {
  if (value === undefined || value === null) return 'null';
  const text = plain(model, shapeName, value);
  return `'${text.length > VALUE_AT_MOST ? `${text.slice(0, VALUE_AT_MOST)}...` : text}'`;
}

/** A value as the services print it; one that is secret, or holds bytes or members, is only said to be there. */
function plain(model: Model, shapeName: string, value: unknown): string {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'string' && shape.sensitive) return '***';
  if (shape.type === 'list' && Array.isArray(value)) {
    return `[${value.map((it) => plain(model, shape.element, it)).join(', ')}]`;
  }
  return typeof value === 'object' && !(value instanceof Date) ? '...' : String(value);
}
