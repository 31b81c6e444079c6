import type { StorageClass, StoredParts, WhatChanged } from '../values/change.ts';

/** A manifest, or a layer or config: what a repository stores once, however many images need it. */
export interface Part {
  readonly kind: 'manifest' | 'layer';
  readonly digest: string;
  readonly size: number;
  /** Images that need it, by whether they are archived. */
  readonly activeRefs: number;
  readonly archivedRefs: number;
  /** Since when only archived images need it; undefined while another one does. */
  readonly archivedAt: number | undefined;
}

/** What follows from a change for what a repository stores. */
export interface Effect {
  /** Bytes more, or fewer, of each class. */
  readonly delta: Readonly<Record<StorageClass, number>>;
  /** Bytes times the milliseconds that they were to stay archived and did not. */
  readonly cutShort: bigint;
  /** Bytes that came back from the archive. */
  readonly retrieved: number;
}

/** "Minimum storage duration": archived bytes are charged for so long, also when they go before. */
export const ARCHIVED_AT_LEAST_MS = 90 * 24 * 3_600_000;

const NOTHING: Effect = { delta: { STANDARD: 0, ARCHIVE: 0 }, cutShort: 0n, retrieved: 0 };

export function keyOf({ kind, digest }: Pick<Part, 'kind' | 'digest'>): string {
  return `${kind} ${digest}`;
}

/** In which class the part is stored: in the archive when only archived images need it. Undefined when none does. */
export function classOf({
  activeRefs,
  archivedRefs,
}: Pick<Part, 'activeRefs' | 'archivedRefs'>): StorageClass | undefined {
  if (activeRefs > 0) return 'STANDARD';
  return archivedRefs > 0 ? 'ARCHIVE' : undefined;
}

/** The parts that a change touches, all but those of a whole repository. */
export function partsIn(what: WhatChanged): Pick<Part, 'kind' | 'digest' | 'size'>[] {
  switch (what.kind) {
    case 'image-pushed':
      return what.parts === undefined ? [] : partsOf(what.image.digest, what.parts);
    case 'image-deleted':
    case 'storage-class-changed':
      return partsOf(what.image.digest, what.parts);
    default:
      return [];
  }
}

function partsOf(digest: string, { manifestSize, layers }: StoredParts): Pick<Part, 'kind' | 'digest' | 'size'>[] {
  return [
    { kind: 'manifest', digest, size: manifestSize },
    ...layers.map((it) => ({ kind: 'layer' as const, digest: it.digest, size: it.size })),
  ];
}

/**
 * Takes a change into `parts`, which holds those that it touches, of the deletion of a repository all archived ones. Told
 * of a change that is in them already it does nothing: what an image is, its manifest's part says.
 */
export function takeIn(parts: Map<string, Part>, what: WhatChanged, at: number): Effect {
  if (what.kind === 'repository-deleted') {
    const cutShort = [...parts.values()].reduce((sum, it) => sum + cutShortAt(it, at), 0n);
    parts.clear();
    return { ...NOTHING, cutShort };
  }
  const [manifest] = partsIn(what);
  if (manifest === undefined) return NOTHING;
  const known = parts.get(keyOf(manifest));
  const is = known && classOf(known);
  if (what.kind === 'image-pushed')
    return is === undefined ? move(parts, what, { from: undefined, to: 'STANDARD', at }) : NOTHING;
  if (is === undefined) return NOTHING;
  if (what.kind === 'image-deleted') return move(parts, what, { from: is, to: undefined, at });
  if (what.kind !== 'storage-class-changed' || what.to === is) return NOTHING;
  const effect = move(parts, what, { from: is, to: what.to, at });
  return what.to === 'ARCHIVE' ? effect : { ...effect, retrieved: sizeOf(what) };
}

interface Move {
  readonly from: StorageClass | undefined;
  readonly to: StorageClass | undefined;
  readonly at: number;
}

/** Moves an image, and with it what only it needs. */
function move(parts: Map<string, Part>, what: WhatChanged, { from, to, at }: Move): Effect {
  const delta = { STANDARD: 0, ARCHIVE: 0 };
  let cutShort = 0n;
  for (const part of partsIn(what)) {
    const key = keyOf(part);
    const before = parts.get(key) ?? { ...part, activeRefs: 0, archivedRefs: 0, archivedAt: undefined };
    const counts = {
      activeRefs: counted(before.activeRefs, { more: to === 'STANDARD', fewer: from === 'STANDARD' }),
      archivedRefs: counted(before.archivedRefs, { more: to === 'ARCHIVE', fewer: from === 'ARCHIVE' }),
    };
    const [was, is] = [classOf(before), classOf(counts)];
    if (was !== undefined) delta[was] -= before.size;
    if (is !== undefined) delta[is] += before.size;
    if (is === undefined) cutShort += cutShortAt(before, at);
    const archivedAt = is !== 'ARCHIVE' ? undefined : was === 'ARCHIVE' ? before.archivedAt : at;
    parts.set(key, { ...before, ...counts, archivedAt });
  }
  return { delta, cutShort, retrieved: 0 };
}

function cutShortAt({ archivedAt, size }: Part, at: number): bigint {
  if (archivedAt === undefined) return 0n;
  return BigInt(size) * BigInt(Math.max(0, archivedAt + ARCHIVED_AT_LEAST_MS - at));
}

function sizeOf(what: WhatChanged): number {
  return partsIn(what).reduce((sum, it) => sum + it.size, 0);
}

/** Never below nothing: an image may let go of a layer that it was found to need only after it was counted. */
function counted(refs: number, { more, fewer }: { readonly more: boolean; readonly fewer: boolean }): number {
  return Math.max(0, refs + (more ? 1 : 0) - (fewer ? 1 : 0));
}
