import { changeKey, holdKey } from '../storage/metadata/kms-keys.ts';
import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import type { World } from '../world.ts';
import type { Key } from './find-key.ts';
import { mustNotBePending } from './key-state.ts';
import { PENDING_DAYS } from './limits.ts';
import { Invalid, InvalidState, keyNotFound } from './refusals.ts';

const DAY = 86_400_000;

type States = Pick<World, 'metadata'>;

/** Changes something of a key as its row is now. @throws NotFound, and what `change` throws */
export function changingKey(
  { metadata }: States,
  { row, arn }: Key,
  change: (now: KmsKeyRow) => Parameters<typeof changeKey>[2],
): Promise<void> {
  return metadata.write(async (tx) => {
    const now = await holdKey(tx, row.key_id);
    if (!now) throw keyNotFound(arn);
    await changeKey(tx, row.key_id, change(now));
  });
}

/** Lets a key be used, or not. @throws InvalidState */
export function setEnabled(world: States, key: Key, isEnabled: boolean): Promise<void> {
  return changingKey(world, key, (now) => {
    mustNotBePending(now);
    return { state: isEnabled ? 'Enabled' : 'Disabled' };
  });
}

/** Lets a key go in some days; until then nobody can use it. @throws Invalid, InvalidState */
export async function scheduleDeletion(
  world: States & Pick<World, 'clock'>,
  key: Key,
  days: number = PENDING_DAYS.usual,
): Promise<{ readonly deletionDate: Date; readonly days: number }> {
  const { least, most } = PENDING_DAYS;
  if (days < least || days > most) {
    throw Invalid({ what: `PendingWindowInDays is ${days} and must be from ${least} to ${most}.` });
  }
  const deletionDate = new Date(world.clock.now().getTime() + days * DAY);
  await changingKey(world, key, (now) => {
    mustNotBePending(now);
    return { state: 'PendingDeletion', deletion_at: deletionDate.getTime() };
  });
  return { deletionDate, days };
}

/** Keeps a key that was to go; it is disabled then. @throws InvalidState */
export function cancelDeletion(world: States, key: Key): Promise<void> {
  return changingKey(world, key, (now) => {
    if (now.state !== 'PendingDeletion') throw InvalidState({ what: `${key.arn} is not pending deletion.` });
    return { state: 'Disabled', deletion_at: null };
  });
}

/** @throws InvalidState */
export function describeAs(world: States, key: Key, description: string): Promise<void> {
  return changingKey(world, key, (now) => {
    mustNotBePending(now);
    return { description };
  });
}
