import type {
  CountType,
  LifecycleAction,
  LifecyclePolicy,
  LifecycleRule,
  TagRequirement,
} from '../values/lifecycle-policy.ts';
import { PolicyInvalid } from './refusals.ts';
import {
  checkArray,
  checkBoolean,
  checkEnum,
  checkInteger,
  checkObject,
  checkString,
  fitsNone,
  type JsonObject,
} from './schema.ts';

const RULES_AT_MOST = 50;
const WILDCARDS_AT_MOST = 4;
/** An archived image is paid for so long at least. */
const LEAST_DAYS_ARCHIVED = 90;

const COUNT_TYPES = [
  'imageCountMoreThan',
  'sinceImagePulled',
  'sinceImagePushed',
  'sinceImageTransitioned',
] as const satisfies readonly CountType[];

/**
 * What the text of a lifecycle policy says. Looked at in ECR's order: JSON, each rule for itself, then all together.
 * With `extensions` it may say more than ECR's (docs/differences.md, "Lifecycle extensions").
 *
 * @throws PolicyInvalid for the first thing that is wrong
 */
export function parsePolicy(text: string, { extensions }: { readonly extensions: boolean }): LifecyclePolicy {
  const policy = checkObject(parseObject(text), { required: ['rules'] });
  const rules = checkArray(policy['rules'], { least: 1, most: RULES_AT_MOST }).map((it) => ruleOf(it, extensions));
  checkTogether(rules);
  return { rules: rules.toSorted((a, b) => a.priority - b.priority) };
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw PolicyInvalid({ detail: 'Could not map policyString into LifecyclePolicy.' });
}

function ruleOf(value: unknown, extensions: boolean): LifecycleRule {
  const rule = checkObject(value, { required: ['action', 'rulePriority', 'selection'], optional: ['description'] });
  const priority = checkInteger(rule['rulePriority'], 1);
  const description = Object.hasOwn(rule, 'description') ? checkString(rule['description']) : undefined;
  const selection = selectionOf(rule['selection'], extensions);
  const action = actionOf(rule['action']);
  checkAction(selection, action, extensions);
  return { priority, description, ...selection, action };
}

type Selection = Omit<LifecycleRule, 'priority' | 'description' | 'action'>;

function selectionOf(value: unknown, extensions: boolean): Selection {
  const selection = checkObject(value, {
    required: ['countNumber', 'countType', 'tagStatus'],
    optional: [
      'countUnit',
      'storageClass',
      'tagPatternList',
      'tagPrefixList',
      ...(extensions ? ['countIndexChildren', 'notInUseForDays'] : []),
    ],
  });
  const has = (name: string) => Object.hasOwn(selection, name);
  const tags = tagsOf(selection);
  const storageClass = has('storageClass')
    ? checkEnum(selection['storageClass'], ['archive', 'standard'] as const)
    : 'standard';
  const countType = checkEnum(selection['countType'], COUNT_TYPES);
  if (has('countUnit')) checkEnum(selection['countUnit'], ['days'] as const);
  const countNumber = checkInteger(selection['countNumber'], 1);
  if (has('countUnit') === (countType === 'imageCountMoreThan')) throw fitsNone(2);
  return {
    tags,
    storageClass,
    countType,
    countNumber,
    ignoresIndexChildren: has('countIndexChildren') && !checkBoolean(selection['countIndexChildren']),
    notInUseForDays: has('notInUseForDays') ? checkInteger(selection['notInUseForDays'], 1) : undefined,
  };
}

/** An empty list counts as none: tools write them for what is not said. */
function tagsOf(selection: JsonObject): TagRequirement {
  const status = checkEnum(selection['tagStatus'], ['any', 'tagged', 'untagged'] as const);
  const patterns = textsOf(selection, 'tagPatternList');
  const prefixes = textsOf(selection, 'tagPrefixList');
  if (status !== 'tagged') {
    if (patterns.length + prefixes.length > 0) {
      throw PolicyInvalid({
        detail: `tagPrefixList and tagPatternList must not be specified when tagStatus=${status.toUpperCase()}.`,
      });
    }
    return { kind: status };
  }
  if (patterns.length > 0 && prefixes.length > 0) {
    throw PolicyInvalid({ detail: 'Only one of tagPrefixList and tagPatternList can be specified.' });
  }
  for (const pattern of patterns) {
    if (pattern.split('*').length - 1 > WILDCARDS_AT_MOST) {
      throw PolicyInvalid({ detail: `A tag pattern can have at most ${WILDCARDS_AT_MOST} wildcards: ${pattern}` });
    }
  }
  if (patterns.length > 0) return { kind: 'patterns', patterns };
  if (prefixes.length > 0) return { kind: 'prefixes', prefixes };
  throw PolicyInvalid({ detail: 'Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.' });
}

function textsOf(selection: JsonObject, name: string): string[] {
  if (!Object.hasOwn(selection, name)) return [];
  return checkArray(selection[name]).map((it) => checkString(it, { least: 1 }));
}

function actionOf(value: unknown): LifecycleAction {
  const action = checkObject(value, { required: ['type'], optional: ['targetStorageClass'] });
  const type = checkEnum(action['type'], ['expire', 'transition'] as const);
  const hasTarget = Object.hasOwn(action, 'targetStorageClass');
  if (hasTarget) checkEnum(action['targetStorageClass'], ['archive'] as const);
  if (hasTarget !== (type === 'transition')) throw fitsNone(2);
  return type;
}

/** Which storage class and action go with which way to count. */
function checkAction(
  { countType, countNumber, storageClass }: Selection,
  action: LifecycleAction,
  extensions: boolean,
) {
  const isArchive = countType === 'sinceImageTransitioned';
  if (isArchive !== (storageClass === 'archive')) {
    throw PolicyInvalid({
      detail: isArchive
        ? 'countType=SINCE_IMAGE_TRANSITIONED requires storageClass=ARCHIVE.'
        : 'storageClass=ARCHIVE requires countType=SINCE_IMAGE_TRANSITIONED.',
    });
  }
  if (isArchive && action === 'transition') {
    throw PolicyInvalid({ detail: 'countType=SINCE_IMAGE_TRANSITIONED supports the action EXPIRE only.' });
  }
  if (countType === 'sinceImagePulled' && action === 'expire' && !extensions) {
    throw PolicyInvalid({ detail: 'countType=SINCE_IMAGE_PULLED supports the action TRANSITION only.' });
  }
  if (isArchive && countNumber < LEAST_DAYS_ARCHIVED) {
    throw PolicyInvalid({
      detail: `numeric instance is lower than the required minimum (minimum: ${LEAST_DAYS_ARCHIVED}, found: ${countNumber})`,
    });
  }
}

function checkTogether(rules: readonly LifecycleRule[]): void {
  if (new Set(rules.map((it) => it.priority)).size < rules.length) {
    throw PolicyInvalid({ detail: 'Rule priorities must be unique.' });
  }
  const classes = Map.groupBy(rules, (it) => it.storageClass);
  for (const some of classes.values()) {
    if (some.filter((it) => it.tags.kind === 'untagged').length > 1) {
      throw PolicyInvalid({ detail: 'Only one rule can select Untagged images per storage class.' });
    }
  }
  for (const some of classes.values()) {
    const last = Math.max(...some.map((it) => it.priority));
    if (some.some((it) => it.tags.kind === 'any' && it.priority !== last)) {
      throw PolicyInvalid({ detail: 'Rule for tagStatus=ANY must have the lowest priority per storage class' });
    }
  }
  for (const some of classes.values()) {
    const lists = some.flatMap(({ tags }) =>
      tags.kind === 'prefixes' ? [JSON.stringify([...new Set(tags.prefixes)].toSorted())] : [],
    );
    if (new Set(lists).size < lists.length) {
      throw PolicyInvalid({ detail: 'Tag prefix lists must be unique per storage class.' });
    }
  }
}
