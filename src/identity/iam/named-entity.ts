import { type EntityRow, findEntity } from '../../storage/metadata/attachments.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { iamArn } from './iam.ts';
import { InvalidInput, NotThere } from './refusals.ts';

export type NamedEntity = EntityRow & { readonly kind: 'user' | 'group' | 'role'; readonly arn: string };

/** The user, group or role of the account that an ARN names. @throws InvalidInput, NotThere */
export async function entityByArn(
  world: Pick<World, 'rules'>,
  tx: Reading,
  account: string,
  arn: string,
): Promise<NamedEntity> {
  const parts = parseIdentityArn(arn);
  const kind = parts?.type;
  if (kind !== 'user' && kind !== 'group' && kind !== 'role') {
    throw InvalidInput({ what: `Invalid Entity Arn: ${arn} is not the ARN of a user, group or role.` });
  }
  const row = await findEntity(tx, kind, account, parts?.name ?? '');
  if (!row || iamArn(world, kind, row) !== arn) throw NotThere({ what: `The entity ${arn}` });
  return { ...row, kind, arn };
}
