import { StorageFull, StoreUnavailable } from '../storage/blobs/port.ts';
import { DatabaseUnavailable, ReadOnly } from '../storage/metadata/port.ts';
import { InstallationReadOnly, StorageIsFull, StorageUnavailable } from './refusals.ts';

/** What a door answers for `error`: what storage cannot do now is an expected no, everything else stays as it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof StorageFull) return StorageIsFull({});
  if (error instanceof ReadOnly) return InstallationReadOnly({ why: error.message });
  if (error instanceof DatabaseUnavailable) return StorageUnavailable({ what: 'database' });
  if (error instanceof StoreUnavailable) return StorageUnavailable({ what: 'layer storage' });
  return error;
}
