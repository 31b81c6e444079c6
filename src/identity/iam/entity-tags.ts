import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { findEntity } from '../../storage/metadata/attachments.ts';
import { findInstanceProfile } from '../../storage/metadata/instance-profiles.ts';
import { findOidcProvider } from '../../storage/metadata/oidc-providers.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import type { Iam } from './iam.ts';
import { getOwnPolicy } from './managed-policy.ts';
import { EntityNotFound, InstanceProfileNotFound, OidcProviderNotFound } from './refusals.ts';
import { addTags, type IamTag, removeTags, tagsOf } from './tags.ts';

/** What has tags: `name` is the ARN of a policy or provider, the name of the others. */
export interface Tagged {
  readonly kind: 'user' | 'role' | 'policy' | 'instance-profile' | 'oidc-provider';
  readonly account: string;
  readonly name: string;
}

/** @throws EntityNotFound and its like, InvalidInput, LimitExceeded, AwsPolicyUnmodifiable */
export async function tagEntity(iam: Iam, tagged: Tagged, tags: readonly IamTag[]): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, tagged.account);
    await addTags(tx, await idOf(iam, tx, tagged), tags);
  });
}

/** @throws EntityNotFound and its like, AwsPolicyUnmodifiable */
export async function untagEntity(iam: Iam, tagged: Tagged, keys: readonly string[]): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, tagged.account);
    await removeTags(tx, await idOf(iam, tx, tagged), keys);
  });
}

/** By key. @throws EntityNotFound and its like */
export function tagsOfEntity(iam: Iam, tagged: Tagged): Promise<IamTag[]> {
  return iam.metadata.read(async (tx) => {
    if (tagged.kind === 'policy' && awsManagedPolicy(tagged.name)) return []; // AWS's policies have no tags.
    return tagsOf(tx, await idOf(iam, tx, tagged));
  });
}

async function idOf(iam: Iam, tx: Reading, { kind, account, name }: Tagged): Promise<string> {
  switch (kind) {
    case 'user':
    case 'role': {
      const row = await findEntity(tx, kind, account, name);
      if (!row) throw EntityNotFound({ kind, name });
      return row.id;
    }
    case 'policy':
      return (await getOwnPolicy(iam, tx, account, name)).policy_id;
    case 'instance-profile': {
      const row = await findInstanceProfile(tx, account, name);
      if (!row) throw InstanceProfileNotFound({ name });
      return row.profile_id;
    }
    case 'oidc-provider': {
      const row = await findOidcProvider(tx, account, name);
      if (!row) throw OidcProviderNotFound({ arn: name });
      return row.arn;
    }
  }
}
