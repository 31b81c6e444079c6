import { holdAccount, NEAR_A_LIMIT } from '../storage/metadata/holds.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { addRepository, countRepositories, putRepositoryTag } from '../storage/metadata/repositories.ts';
import type { RepositoryCreated } from '../values/change.ts';
import { isRepositoryName } from '../values/names.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { TagMutability } from '../values/tag-mutability.ts';
import { type AskedEncryption, checkEncryption } from './check-encryption.ts';
import { checkTagMutability } from './check-tag-mutability.ts';
import { checkTags, type Tag } from './check-tags.ts';
import type { Core } from './core.ts';
import { noteChange } from './note-change.ts';
import { InvalidParameter, LimitExceeded, RepositoryAlreadyExists } from './refusals.ts';
import { type Repository, repositoryOf } from './repository.ts';

export interface CreateRepository {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly tagMutability?: TagMutability;
  readonly scanOnPush?: boolean;
  readonly encryption?: AskedEncryption;
  readonly tags?: readonly Tag[];
  /** What made it; somebody who asked for it when not said. */
  readonly reason?: RepositoryCreated['reason'];
  /** What else it shall have from the start, done in its transaction. */
  readonly furnish?: (tx: Writing, repository: Repository) => Promise<void>;
}

/** The service's own words for the names that it takes; they are older than the pattern in its model. */
export const REPOSITORY_NAME_CONSTRAINT =
  "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'";

/**
 * Creates a repository with ECR's defaults for what is not said. Order of checks as API_CreateRepository.
 *
 * @throws InvalidParameter, InvalidTagParameter, TooManyTags, KmsFailed, RepositoryAlreadyExists, LimitExceeded
 */
export async function createRepository(core: Core, input: CreateRepository): Promise<Repository> {
  const { registry, repositoryName, tags = [] } = input;
  if (!isRepositoryName(repositoryName)) {
    throw InvalidParameter({ member: 'repositoryName', constraint: REPOSITORY_NAME_CONSTRAINT });
  }
  checkTags(tags, core.rules.limits.tagsPerRepository);
  const tagMutability = input.tagMutability ?? { mode: 'MUTABLE', exclusions: [] };
  checkTagMutability(tagMutability);
  const encryption = input.encryption ?? { type: 'AES256' };
  const key = await checkEncryption(core, input, encryption);

  const row = {
    id: core.ids.uuid(),
    account: registry.account,
    region: registry.region,
    name: repositoryName,
    created_at: core.clock.now().getTime(),
    tag_mutability: tagMutability.mode,
    tag_mutability_exclusions: JSON.stringify(tagMutability.exclusions),
    scan_on_push: input.scanOnPush === true ? 1 : 0,
    encryption_type: encryption.type,
    kms_key: key?.arn ?? null,
  };
  await core.metadata.write(async (tx) => {
    if (!(await addRepository(tx, row)))
      throw RepositoryAlreadyExists({ repositoryName, registryId: registry.account });
    const limit = core.rules.limits.repositoriesPerRegistry;
    const repositories = await countRepositories(tx, registry);
    if (repositories > limit - NEAR_A_LIMIT) await holdAccount(tx, registry.account);
    if (repositories > limit) {
      throw LimitExceeded({
        what: `The number of repositories in the registry with id '${registry.account}' has reached the limit of ${limit}`,
      });
    }
    await key?.grant(tx, row.id);
    for (const tag of tags) await putRepositoryTag(tx, row.id, tag.key, tag.value);
    const { reason = 'request' } = input;
    await noteChange(core, tx, repositoryOf(row), { kind: 'repository-created', reason });
    await input.furnish?.(tx, repositoryOf(row));
  });
  return repositoryOf(row);
}
