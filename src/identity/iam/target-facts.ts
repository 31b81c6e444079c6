import { findEntity } from '../../storage/metadata/attachments.ts';
import { findInstanceProfile } from '../../storage/metadata/instance-profiles.ts';
import { findManagedPolicy } from '../../storage/metadata/managed-policies.ts';
import { findOidcProvider } from '../../storage/metadata/oidc-providers.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { iamArn } from './iam.ts';
import { type IamTag, tagsOf } from './tags.ts';

/** What a request is about: `name` is the ARN of a policy or provider, the name of the others. */
export interface Target {
  readonly kind: 'user' | 'group' | 'role' | 'policy' | 'instance-profile' | 'oidc-provider';
  readonly account: string;
  readonly name: string;
}

/** What policies may ask of a target, before anybody says whether the caller may touch it. */
export interface TargetFacts {
  /** Of one that is not there: as it would be at the path `/`. */
  readonly arn: string;
  readonly boundaryArn: string | undefined;
  readonly tags: readonly IamTag[];
}

export function targetFacts(world: Pick<World, 'metadata' | 'rules'>, target: Target): Promise<TargetFacts> {
  return world.metadata.read(async (tx) => {
    const { id, arn, boundaryArn } = await lookUp(world, tx, target);
    return { arn, boundaryArn, tags: id === undefined ? [] : await tagsOf(tx, id) };
  });
}

async function lookUp(
  world: Pick<World, 'rules'>,
  tx: Reading,
  { kind, account, name }: Target,
): Promise<{ id: string | undefined; arn: string; boundaryArn?: string | undefined }> {
  switch (kind) {
    case 'user':
    case 'group':
    case 'role': {
      const row = await findEntity(tx, kind, account, name);
      const arn = iamArn(world, kind, row ?? { account, path: '/', name });
      return { id: row?.id, arn, boundaryArn: row?.boundary_arn ?? undefined };
    }
    case 'instance-profile': {
      const row = await findInstanceProfile(tx, account, name);
      return { id: row?.profile_id, arn: iamArn(world, kind, row ?? { account, path: '/', name }) };
    }
    case 'policy': {
      const parts = parseIdentityArn(name);
      const row = parts?.account === account ? await findManagedPolicy(tx, parts) : undefined;
      return { id: row?.policy_id, arn: name };
    }
    case 'oidc-provider':
      return { id: (await findOidcProvider(tx, account, name))?.arn, arn: name };
  }
}
