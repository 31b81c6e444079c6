import { holdAccount } from '../storage/metadata/holds.ts';
import {
  addPullTimeExclusion,
  countPullTimeExclusions,
  pullTimeExclusionsAfter,
  removePullTimeExclusion,
} from '../storage/metadata/pull-time-exclusions.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { ExclusionAlreadyExists, ExclusionNotFound, LimitExceeded } from './refusals.ts';

/**
 * Lets pulls of a user or role, sessions of the role included, leave the time of an image's last pull as it is.
 * API_RegisterPullTimeUpdateExclusion.
 *
 * @throws ExclusionAlreadyExists, LimitExceeded
 */
export async function registerPullTimeExclusion(
  core: Pick<Core, 'metadata' | 'clock' | 'rules'>,
  registry: RegistryId,
  principalArn: string,
): Promise<{ readonly createdAt: Date }> {
  const createdAt = core.clock.now();
  const limit = core.rules.limits.pullTimeExclusionsPerRegistry;
  const { account, region } = registry;
  await core.metadata.write(async (tx) => {
    await holdAccount(tx, account);
    const row = { account, region, principal_arn: principalArn, created_at: createdAt.getTime() };
    if (!(await addPullTimeExclusion(tx, row))) throw ExclusionAlreadyExists({ principalArn, registryId: account });
    if ((await countPullTimeExclusions(tx, registry)) > limit) {
      throw LimitExceeded({
        what: `The number of pull time update exclusions in the registry with id '${account}' has reached the limit of ${limit}`,
      });
    }
  });
  return { createdAt };
}

/** The reverse. API_DeregisterPullTimeUpdateExclusion. @throws ExclusionNotFound */
export async function deregisterPullTimeExclusion(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  principalArn: string,
): Promise<void> {
  const isRemoved = await core.metadata.write((tx) => removePullTimeExclusion(tx, registry, principalArn));
  if (!isRemoved) throw ExclusionNotFound({ principalArn, registryId: registry.account });
}

/** A page of them, by ARN; `next` is the one to go on after. API_ListPullTimeUpdateExclusions. */
export async function listPullTimeExclusions(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly principalArns: readonly string[]; readonly next: string | undefined }> {
  const rows = await core.metadata.readOne((tx) =>
    pullTimeExclusionsAfter(tx, registry, { after: page.after, limit: page.limit + 1 }),
  );
  const principalArns = rows.slice(0, page.limit);
  return { principalArns, next: rows.length > page.limit ? principalArns.at(-1) : undefined };
}
