import { CLOUDTRAIL_OPERATIONS } from './cloudtrail/operations.ts';
import { ECR_OPERATIONS } from './ecr/operations.ts';
import { KMS_OPERATIONS } from './kms/operations.ts';
import { MODELS, type Operation } from './operation.ts';
import { UnknownOperation } from './refusals.ts';

const BY_TARGET: ReadonlyMap<string, Operation> = new Map(
  [...ECR_OPERATIONS, ...KMS_OPERATIONS, ...CLOUDTRAIL_OPERATIONS].map((it) => [
    `${MODELS[it.service].targetPrefix}.${it.name}`,
    it,
  ]),
);

/**
 * The operation that a request is for. Its target alone says so: the AWS CLI calls any host that it is told.
 *
 * @throws UnknownOperation, also for anything but `POST /`
 */
export function findOperation(method: string | undefined, path: string, target: string | undefined): Operation {
  const found = method === 'POST' && path === '/' && target !== undefined ? BY_TARGET.get(target) : undefined;
  if (!found) throw UnknownOperation({ target });
  return found;
}
