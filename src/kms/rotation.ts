import { addKeyVersion, changeKey, holdKey, keyVersions } from '../storage/metadata/kms-keys.ts';
import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import type { World } from '../world.ts';
import { changingKey } from './change-state.ts';
import type { Key } from './find-key.ts';
import { mustBeEnabled } from './key-state.ts';
import { KMS_LIMITS, ROTATION_DAYS } from './limits.ts';
import { makeVersion } from './make-key.ts';
import { InvalidState, keyNotFound, LimitExceeded, Unsupported } from './refusals.ts';

const DAY = 86_400_000;

type Rotating = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log'>;

/** Rotates the key each so many days from now on. @throws KeyDisabled, InvalidState, Unsupported */
export function enableRotation(
  world: Pick<World, 'metadata' | 'clock'>,
  key: Key,
  days: number = ROTATION_DAYS.usual,
): Promise<void> {
  const rotateAt = world.clock.now().getTime() + days * DAY;
  return changingKey(world, key, (now) => {
    mustRotate(now);
    return { rotation_days: days, rotate_at: rotateAt };
  });
}

/** @throws KeyDisabled, InvalidState, Unsupported */
export function disableRotation(world: Pick<World, 'metadata'>, key: Key): Promise<void> {
  return changingKey(world, key, (now) => {
    mustRotate(now);
    return { rotation_days: null, rotate_at: null };
  });
}

/** Gives the key new material at once. @throws KeyDisabled, InvalidState, Unsupported, LimitExceeded, KeyUnavailable */
export async function rotateOnDemand(
  world: Rotating,
  key: Key,
  limit = KMS_LIMITS.onDemandRotationsPerKey,
): Promise<void> {
  mustRotate(key.row);
  const versions = await world.metadata.read((tx) => keyVersions(tx, key.row.key_id));
  if (versions.filter((it) => it.rotation_type === 'ON_DEMAND').length >= limit) {
    throw LimitExceeded({ what: `A KMS key cannot be rotated on demand more than ${limit} times.` });
  }
  if (!(await addVersion(world, key.row, 'ON_DEMAND'))) {
    throw InvalidState({ what: `${key.arn} is being rotated.` });
  }
}

/** The versions that rotations made, from the first; `withFirst` also the one that came with the key. @throws Unsupported */
export async function listRotations(
  { metadata }: Pick<World, 'metadata'>,
  { row }: Key,
  { withFirst }: { readonly withFirst: boolean },
) {
  mustBeSymmetric(row);
  const versions = await metadata.read((tx) => keyVersions(tx, row.key_id));
  return versions.filter((it) => withFirst || it.rotation_type !== null);
}

/**
 * Gives the key its next version, with which it encrypts from then on; false when somebody else did so meanwhile. What was
 * encrypted before opens with the version that it says.
 *
 * @throws NotFound, KeyDisabled, InvalidState, KeyUnavailable
 */
export async function addVersion(
  world: Rotating,
  key: KmsKeyRow,
  rotation: 'AUTOMATIC' | 'ON_DEMAND',
): Promise<boolean> {
  const { key_id: keyId, current_version: before } = key;
  const version = await makeVersion(world, { keyId, version: before + 1, spec: key.spec, rotation });
  return world.metadata.write(async (tx) => {
    const now = await holdKey(tx, keyId);
    if (!now) throw keyNotFound(keyId);
    mustBeEnabled(now);
    if (now.current_version !== before) return false;
    await addKeyVersion(tx, version);
    const rotateAt = now.rotation_days === null ? null : version.created_at + now.rotation_days * DAY;
    await changeKey(tx, keyId, {
      current_version: version.version,
      ...(rotation === 'AUTOMATIC' && { rotate_at: rotateAt }),
    });
    return true;
  });
}

/** @throws KeyDisabled, InvalidState, Unsupported */
export function mustRotate(key: KmsKeyRow): void {
  mustBeSymmetric(key);
  mustBeEnabled(key);
}

/** @throws Unsupported */
export function mustBeSymmetric({ spec }: Pick<KmsKeyRow, 'spec'>): void {
  if (spec !== 'SYMMETRIC_DEFAULT') throw Unsupported({ what: `Keys with the spec ${spec} are not rotated.` });
}
