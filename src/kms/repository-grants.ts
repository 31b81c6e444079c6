import type { Caller } from '../identity/caller.ts';
import { addGrant, countGrants, grantsOfRepository, removeGrant } from '../storage/metadata/kms-grants.ts';
import { holdKey } from '../storage/metadata/kms-keys.ts';
import type { KmsGrantRow } from '../storage/metadata/kms-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { repositoryArn } from '../values/arn.ts';
import { aliasArn } from '../values/kms-arn.ts';
import type { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { denialOf, keyFor } from './authorize-key.ts';
import { grantConditions, grantRow } from './create-grant.ts';
import { ecrService, forEcr } from './data-keys.ts';
import { mayRetire } from './end-grant.ts';
import { ECR_ALIAS, type Finding, type Key } from './find-key.ts';
import { mustBeEnabled, mustBeFor } from './key-state.ts';
import { KMS_LIMITS } from './limits.ts';
import { InvalidKeyUsage, KmsFailed, keyNotFound, LimitExceeded } from './refusals.ts';

type Granting = Finding & Pick<World, 'rules'>;

/** The key of a repository that is about to be created, and the grants by which ECR will use it. */
export interface RepositoryKey {
  readonly arn: string;
  /** Stores the grants, in the transaction that stores the repository. @throws KmsFailed when the key cannot be used now */
  grant(tx: Writing, repositoryId: string): Promise<void>;
}

/**
 * Finds the key that a repository shall be encrypted with, ECR's own when none is named. The caller must be allowed
 * to describe it and to create grants on it: he gives ECR the right. ECR User Guide, "Encryption at rest".
 *
 * @throws KmsFailed with KMS's own code and text
 */
export function repositoryKey(
  world: Granting,
  caller: Caller,
  { registry, repositoryName, kmsKey }: { registry: RegistryId; repositoryName: string; kmsKey: string | undefined },
): Promise<RepositoryKey> {
  const via = viaEcr(caller);
  return forEcr(async () => {
    const keyId = kmsKey ?? aliasArn(registry, ECR_ALIAS);
    const key = await keyFor(world, via, { keyId, action: 'DescribeKey', accepts: 'keys and aliases' });
    mustBeEnabled(key.row);
    mustBeFor(key.row, 'ENCRYPT_DECRYPT', 'GenerateDataKey');
    if (key.row.spec !== 'SYMMETRIC_DEFAULT') {
      throw InvalidKeyUsage({ what: `${key.arn} is not a symmetric encryption key.` });
    }
    const wanted = grantsOf(ecrService(registry.region), repositoryArn(registry, repositoryName));
    for (const it of wanted) {
      const denial = await denialOf(world, via, key, {
        action: 'CreateGrant',
        conditions: grantConditions({ ...it, keyId }, true),
        passesOn: it.granted,
      });
      if (denial) throw denial;
    }
    return {
      arn: key.arn,
      grant: (tx, repositoryId) =>
        forEcr(() =>
          store(
            tx,
            key,
            wanted.map((it) => grantRow(world, caller, key, { ...it, repositoryId })),
          ),
        ),
    };
  });
}

async function store(tx: Writing, { row, arn }: Key, rows: readonly KmsGrantRow[]): Promise<void> {
  const now = await holdKey(tx, row.key_id);
  if (!now) throw keyNotFound(arn);
  mustBeEnabled(now);
  const limit = KMS_LIMITS.grantsPerKey;
  if ((await countGrants(tx, row.key_id)) + rows.length > limit) {
    throw LimitExceeded({ what: `${arn} cannot have more than ${limit} grants.` });
  }
  for (const it of rows) await addGrant(tx, it);
}

/** One grant for the data of the repository, one by which ECR looks at the key and lets go of it. */
function grantsOf(service: string, arn: string) {
  const constraints = { EncryptionContextSubset: { 'aws:ecr:arn': arn } };
  return [
    { grantee: service, retiring: service, granted: { operations: ['GenerateDataKey', 'Decrypt'], constraints } },
    {
      grantee: service,
      retiring: service,
      granted: { operations: ['DescribeKey', 'RetireGrant'], constraints: undefined },
    },
  ] as const;
}

/** What becomes of a repository's grants when the caller deletes it. */
export interface Retiring {
  /** Removes them, in the transaction that removes the repository; nothing when the caller may not. */
  retire(tx: Writing): Promise<void>;
  /** What he is told after that, when he may not: the repository is gone all the same. */
  readonly refused: Refusal | undefined;
}

/** Whether the caller may retire the grants that a repository has on its key; ECR itself, where nobody calls, always may. */
export async function retiringOf(
  world: Finding,
  caller: Caller | undefined,
  repository: { readonly id: string; readonly name: string; readonly encryption: { readonly kmsKey?: string } },
): Promise<Retiring> {
  const grants = await world.metadata.read((tx) => grantsOfRepository(tx, repository.id));
  const refused = caller && (await firstRefusal(world, viaEcr(caller), grants));
  return {
    async retire(tx) {
      if (!refused) for (const it of grants) await removeGrant(tx, it.grant_id);
    },
    refused:
      refused &&
      KmsFailed({
        kmsError: refused.code,
        what: `The repository [${repository.name}] has been deleted successfully but the grants created by the kmsKey [${repository.encryption.kmsKey}] failed to be retired`,
      }),
  };
}

async function firstRefusal(
  world: Finding,
  caller: Caller,
  grants: readonly KmsGrantRow[],
): Promise<Refusal | undefined> {
  for (const grant of grants) {
    const refused = await mayRetire(world, caller, grant);
    if (refused) return refused;
  }
  return undefined;
}

/** The caller as KMS sees him when ECR uses a key for him. */
function viaEcr({ principal, request }: Caller): Caller {
  return { principal, request: { ...request, viaService: ecrService(request.region) } };
}
