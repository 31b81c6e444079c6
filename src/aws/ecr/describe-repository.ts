import type { Repository as Stored } from '../../registry/repository.ts';
import { repositoryArn } from '../../values/arn.ts';
import type { TagMutability } from '../../values/tag-mutability.ts';
import type {
  EncryptionType,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  Repository,
} from '../model/ecr.ts';
import type { Call } from '../operation.ts';
import { registryHost } from './registry-address.ts';

interface MutabilityMembers {
  readonly imageTagMutability?: ImageTagMutability;
  readonly imageTagMutabilityExclusionFilters?: readonly ImageTagMutabilityExclusionFilter[];
}

/** A repository as the API shows it. Terraform needs every member that is not optional here in each answer. */
export function describeRepository(repository: Stored, call: Call): Repository {
  const { registry, name, createdAt, scanOnPush, encryption } = repository;
  return {
    repositoryArn: repositoryArn(registry, name),
    registryId: registry.account,
    repositoryName: name,
    repositoryUri: `${registryHost(call, registry)}/${name}`,
    createdAt,
    ...describeMutability(repository.tagMutability),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: {
      encryptionType: encryptionTypeOf(encryption.type),
      ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }),
    },
  };
}

export function describeMutability({ mode, exclusions }: TagMutability): MutabilityMembers {
  const filters = exclusions.map((filter) => ({ filterType: 'WILDCARD', filter }) as const);
  return {
    imageTagMutability: mode,
    ...(filters.length > 0 && { imageTagMutabilityExclusionFilters: filters }),
  };
}

/** What an input says of mutability; MUTABLE where it says nothing. */
export function mutabilityOf(input: MutabilityMembers): TagMutability {
  return {
    mode: input.imageTagMutability ?? 'MUTABLE',
    exclusions: (input.imageTagMutabilityExclusionFilters ?? []).map((it) => it.filter),
  };
}

/** @throws when there is no such type */
export function encryptionTypeOf(stored: string): EncryptionType {
  if (stored === 'AES256' || stored === 'KMS' || stored === 'KMS_DSSE') return stored;
  throw new Error(`A repository is stored with the unknown encryption type ${stored}.`);
}
