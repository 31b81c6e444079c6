import type { LifecycleRule } from '../values/lifecycle-policy.ts';
import type { JudgedImage, Reason, Since, Verdict } from '../values/lifecycle-verdict.ts';
import { matchesTags } from './match.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** So many images are judged in one go. */
const AT_ONCE = 500;
const NO_RULES: readonly number[] = [];

/**
 * What becomes of each image of a repository, in the order of `images`; `rules` come by ascending priority. Pure: the
 * run, the preview, the simulation and the explanation all ask this. It pauses now and then, so that whoever judges many
 * images can let others have their turn. Amazon ECR user guide, "How lifecycle policies work".
 *
 * All rules look at all images, as they are now. An image is acted on by the first rule that its tags fit, or by none:
 * that it is left alone by that one shields it from all behind. What an index holds stays with the index, and what refers
 * to another image goes with that.
 */
export function* evaluating(
  images: readonly JudgedImage[],
  rules: readonly LifecycleRule[],
  now: number,
): Generator<void, readonly Verdict[]> {
  const placeOf = placesOf(images);
  const verdicts = new Array<Verdict | undefined>(images.length);
  const places = rules.map(() => 0);
  const byAge = youngestFirst(images);
  yield;

  let judged = 0;
  for (const at of byAge) {
    if (++judged % AT_ONCE === 0) yield;
    const image = images[at];
    if (!image || subjectOf(image, placeOf) !== undefined) continue;
    verdicts[at] = judge(image, { rules, places, now });
  }
  yield;
  const referrers = follow(images, verdicts, placeOf);
  yield;
  keepWhatIndexesHold(images, verdicts, { placeOf, referrers });
  return verdicts as readonly Verdict[];
}

/** The same without pauses. */
export function evaluate(
  images: readonly JudgedImage[],
  rules: readonly LifecycleRule[],
  now: number,
): readonly Verdict[] {
  const steps = evaluating(images, rules, now);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The time that counts as an image's push: that of its return, once it was archived. */
export function ageOf({ pushedAt, activatedAt }: Pick<JudgedImage, 'pushedAt' | 'activatedAt'>): number {
  return activatedAt ?? pushedAt;
}

/** Where to find what refers to another, and what holds another; nothing is looked for where no image does. */
function placesOf(images: readonly JudgedImage[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  if (!images.some((it) => it.subjectDigest !== undefined || it.indexes.length > 0)) return places;
  for (const [at, { digest }] of images.entries()) places.set(digest, at);
  return places;
}

/** Places in `images`, of one moment the greater digest first. */
function youngestFirst(images: readonly JudgedImage[]): Uint32Array {
  return Uint32Array.from(images.keys()).sort((a, b) => {
    const [one, other] = [images[a], images[b]];
    if (!one || !other) return 0;
    return ageOf(other) - ageOf(one) || (one.digest < other.digest ? 1 : -1);
  });
}

/** The place of its subject, as long as that is there. */
function subjectOf({ subjectDigest }: JudgedImage, placeOf: ReadonlyMap<string, number>): number | undefined {
  return subjectDigest === undefined ? undefined : placeOf.get(subjectDigest);
}

interface Judging {
  readonly rules: readonly LifecycleRule[];
  /** Of each rule that counts images, how many it has seen. */
  readonly places: number[];
  readonly now: number;
}

function judge(image: JudgedImage, { rules, places, now }: Judging): Verdict {
  if (image.status === 'ACTIVATING') return keep({ kind: 'activating' });
  const storageClass = image.status === 'ARCHIVED' ? 'archive' : 'standard';
  let first: Verdict | undefined;
  let shieldedFrom: number[] | undefined;
  for (const [at, rule] of rules.entries()) {
    if (rule.storageClass !== storageClass || !matchesTags(rule.tags, image.tags)) continue;
    const { acts, why } = select(image, rule, { places, at, now });
    if (first === undefined) {
      const action = acts ? rule.action : 'keep';
      first = { action, rule: rule.priority, why, shieldedFrom: NO_RULES };
    } else if (acts && first.action === 'keep') {
      shieldedFrom ??= [];
      shieldedFrom.push(rule.priority);
    }
  }
  if (first === undefined) return keep({ kind: 'no-rule' });
  return shieldedFrom === undefined ? first : { ...first, shieldedFrom };
}

interface Selecting extends Omit<Judging, 'rules'> {
  readonly at: number;
}

/** Whether the rule, whose tags fit, would act on the image. Images come youngest first. */
function select(
  image: JudgedImage,
  rule: LifecycleRule,
  { places, at, now }: Selecting,
): { readonly acts: boolean; readonly why: Reason } {
  const [index] = image.indexes;
  if (rule.ignoresIndexChildren && index !== undefined) return { acts: false, why: { kind: 'not-counted', index } };
  const { acts, why } = counts(image, rule, { places, at, now });
  const { notInUseForDays: days } = rule;
  if (acts && days !== undefined && image.usedAt !== undefined && now - image.usedAt <= days * DAY_MS) {
    return { acts: false, why: { kind: 'in-use', at: image.usedAt, days } };
  }
  return { acts, why };
}

function counts(
  image: JudgedImage,
  { countType, countNumber }: LifecycleRule,
  { places, at, now }: Selecting,
): { readonly acts: boolean; readonly why: Reason } {
  if (countType === 'imageCountMoreThan') {
    const place = (places[at] ?? 0) + 1;
    places[at] = place;
    return { acts: place > countNumber, why: { kind: 'place', place, keeps: countNumber } };
  }
  const { since, time } = clockOf(image, countType);
  const acts = now - time > countNumber * DAY_MS;
  return { acts, why: { kind: 'age', since, at: time, days: countNumber } };
}

/** From when a rule counts the days of an image. */
function clockOf(
  { pushedAt, activatedAt, archivedAt, pulledAt }: JudgedImage,
  countType: Exclude<LifecycleRule['countType'], 'imageCountMoreThan'>,
): { readonly since: Since; readonly time: number } {
  const fromPush = { since: activatedAt === undefined ? 'pushed' : 'restored', time: activatedAt ?? pushedAt } as const;
  switch (countType) {
    case 'sinceImagePushed':
      return fromPush;
    case 'sinceImagePulled':
      return pulledAt !== undefined && pulledAt >= (activatedAt ?? 0) ? { since: 'pulled', time: pulledAt } : fromPush;
    case 'sinceImageTransitioned':
      return { since: 'archived', time: archivedAt ?? pushedAt };
  }
}

/** Judges what refers to an image as its subject was. Answers the places of the referrers of each place. */
function follow(
  images: readonly JudgedImage[],
  verdicts: (Verdict | undefined)[],
  placeOf: ReadonlyMap<string, number>,
): ReadonlyMap<number, readonly number[]> {
  const referrers = new Map<number, number[]>();
  for (const [at, image] of images.entries()) {
    const subject = subjectOf(image, placeOf);
    if (subject !== undefined) referrers.getOrInsertComputed(subject, () => []).push(at);
  }
  const waiting = [...referrers.keys()].filter((it) => verdicts[it] !== undefined);
  for (const subject of waiting) {
    for (const at of referrers.get(subject) ?? []) {
      verdicts[at] = following(images[at], images[subject], verdicts[subject]);
      // Something may refer to it in turn; the list grows while it is walked.
      if (referrers.has(at)) waiting.push(at);
    }
  }
  // A circle cannot be pushed, since each digest would have to be known before the other; were there one, it stays.
  for (const [at, { subjectDigest = '' }] of images.entries()) {
    verdicts[at] ??= keep({ kind: 'subject', subject: subjectDigest });
  }
  return referrers;
}

function following(image: JudgedImage | undefined, subject: JudgedImage | undefined, of: Verdict | undefined): Verdict {
  const why: Reason = { kind: 'subject', subject: subject?.digest ?? '' };
  const goes = of?.action === 'expire';
  const isArchived = of?.action === 'transition' || subject?.status === 'ARCHIVED';
  const action = goes ? 'expire' : isArchived && image?.status === 'ACTIVE' ? 'transition' : 'keep';
  return { action, rule: of?.rule, why, shieldedFrom: NO_RULES };
}

interface Around {
  readonly placeOf: ReadonlyMap<string, number>;
  readonly referrers: ReadonlyMap<number, readonly number[]>;
}

/** Takes back what cannot be done while an index holds the image, and whatever hangs on that, until nothing changes. */
function keepWhatIndexesHold(
  images: readonly JudgedImage[],
  verdicts: (Verdict | undefined)[],
  { placeOf, referrers }: Around,
): void {
  const children = new Map<number, number[]>();
  const waiting: number[] = [];
  for (const [at, { indexes }] of images.entries()) {
    if (indexes.length === 0) continue;
    waiting.push(at);
    for (const index of indexes) {
      const parent = placeOf.get(index);
      if (parent !== undefined) children.getOrInsertComputed(parent, () => []).push(at);
    }
  }
  for (const at of waiting) {
    const image = images[at];
    const verdict = verdicts[at];
    if (!image || !verdict || verdict.action === 'keep') continue;
    const index = image.indexes.find((it) => stays(it, verdict.action, { images, verdicts, placeOf }));
    if (index !== undefined) change(at, keep({ kind: 'index', index }, verdict.rule));
  }

  /** And what refers to it is judged anew; all that the changed ones hold is looked at again. */
  function change(place: number, changed: Verdict): void {
    const changes: [number, Verdict][] = [[place, changed]];
    for (const [at, verdict] of changes) {
      verdicts[at] = verdict;
      waiting.push(...(children.get(at) ?? []));
      for (const referrer of referrers.get(at) ?? []) {
        const next = following(images[referrer], images[at], verdict);
        if (next.action === verdicts[referrer]?.action) continue;
        changes.push([referrer, next]);
        waiting.push(referrer);
      }
    }
  }
}

/** Whether an index forbids the action on what it holds. */
function stays(
  index: string,
  action: Verdict['action'],
  {
    images,
    verdicts,
    placeOf,
  }: Pick<Around, 'placeOf'> & {
    readonly images: readonly JudgedImage[];
    readonly verdicts: readonly (Verdict | undefined)[];
  },
): boolean {
  const at = placeOf.get(index);
  if (at === undefined) return false;
  const isDone = action === 'transition' && images[at]?.status === 'ARCHIVED';
  return !isDone && verdicts[at]?.action !== action;
}

function keep(why: Reason, rule?: number): Verdict {
  return { action: 'keep', rule, why, shieldedFrom: NO_RULES };
}
