import { createRepository } from '../../registry/create-repository.ts';
import type { CreateRepositoryRequest, CreateRepositoryResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeRepository, mutabilityOf } from './describe-repository.ts';
import { namedRepository, registryOf } from './registry.ts';
import { requestTagConditions } from './tag-conditions.ts';
import { storedTags } from './tags.ts';

/** Creates a repository. API_CreateRepository. */
export const CreateRepository = operation<CreateRepositoryRequest, CreateRepositoryResponse>({
  service: 'ecr',
  name: 'CreateRepository',
  action: 'ecr:CreateRepository',
  furtherActions: ({ tags = [] }) => (tags.length > 0 ? ['ecr:TagResource'] : []),
  resource: namedRepository,
  conditions: ({ tags }) => requestTagConditions(tags),

  async handle(input, call) {
    const { encryptionType, kmsKey } = input.encryptionConfiguration ?? { encryptionType: 'AES256' };
    const repository = await createRepository(call.world, {
      registry: registryOf(input, call),
      repositoryName: input.repositoryName,
      tags: storedTags(input.tags ?? []),
      tagMutability: mutabilityOf(input),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryption: { type: encryptionType, ...(kmsKey !== undefined && { kmsKey }), caller: call.caller },
    });
    return { repository: describeRepository(repository, call) };
  },
});
