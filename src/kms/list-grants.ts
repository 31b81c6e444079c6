import { listGrants } from '../storage/metadata/kms-grants.ts';
import type { World } from '../world.ts';

/** Grants on a key, or those that a principal may retire in a region, in pages. */
export function listGrantsOf(
  { metadata }: Pick<World, 'metadata'>,
  of: Parameters<typeof listGrants>[1],
  page: Parameters<typeof listGrants>[2],
): ReturnType<typeof listGrants> {
  return metadata.read((tx) => listGrants(tx, of, page));
}
