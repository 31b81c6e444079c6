import { grantsService } from './grants-service.ts';
import type { Iam } from './iam.ts';
import { entityByArn } from './named-entity.ts';
import { type PolicyOnEntity, policiesOfEntity } from './policies-of-entity.ts';

/** By service, which policies let a user, group or role do something of it. @throws InvalidInput, NotThere */
export async function policiesGranting(
  iam: Iam,
  account: string,
  arn: string,
  namespaces: readonly string[],
): Promise<{ readonly namespace: string; readonly policies: readonly PolicyOnEntity[] }[]> {
  const all = await iam.metadata.read(async (tx) => policiesOfEntity(tx, await entityByArn(iam, tx, account, arn)));
  return namespaces.map((namespace) => ({
    namespace,
    policies: all.filter((it) => grantsService(it.document, namespace)),
  }));
}
