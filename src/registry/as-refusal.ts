import { StorageFull } from '../storage/blobs/port.ts';
import { StorageIsFull } from './refusals.ts';

/** What a door answers for `error`: a store without room is an expected no, everything else stays as it is. */
export function asRefusal(error: unknown): unknown {
  return error instanceof StorageFull ? StorageIsFull({}) : error;
}
