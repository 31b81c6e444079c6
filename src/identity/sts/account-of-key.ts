import { findAccessKeyRow } from '../../storage/metadata/accounts.ts';
import type { World } from '../../world.ts';
import { accountOfAccessKeyId } from '../new-ids.ts';
import { StsValidationError } from './refusals.ts';

/**
 * The account of an access key, whatever its state: that of one that is stored, else the one that the id itself names.
 *
 * @throws StsValidationError when it names none
 */
export async function accountOfKey({ metadata }: Pick<World, 'metadata'>, accessKeyId: string): Promise<string> {
  const row = await metadata.read((tx) => findAccessKeyRow(tx, accessKeyId));
  const account = row?.account ?? accountOfAccessKeyId(accessKeyId);
  if (account === undefined) throw StsValidationError({ reason: `Invalid Access Key Id: ${accessKeyId}` });
  return account;
}
