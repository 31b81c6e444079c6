import { listReferrers } from '../registry/referrers.ts';
import { repositoryArn } from '../values/arn.ts';
import { isMadeOnPush, isRefusedWith } from './create-on-push.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink, pageSize } from './pages.ts';
import { parseDigest } from './references.ts';
import { pageOfReferrers } from './referrers-page.ts';
import { sendJson } from './send-json.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * An index of the manifests whose subject is this digest, known here or not. distribution-spec 1.1, end-12a and 12b.
 */
export const Referrers: Endpoint = {
  action: 'ecr:BatchGetImage',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, registry, repositoryName, reference, query, answer } = call;
    const digest = parseDigest(reference, world.rules.fidelity);
    const limit = Math.max(1, pageSize(query, world.rules.fidelity));
    const artifactTypes = query.all('artifactType').filter((it) => it !== '');

    const list = (after: string | undefined, atMost: number) =>
      listReferrers(world, registry, repositoryName, { subject: digest, artifactTypes, after, limit: atMost });
    const page = await pageOfReferrers(list, query.first('last') || undefined, limit).catch(async (error: unknown) => {
      // Where a push would make the repository, it has no referrers yet, rather than no existence.
      if (!isRefusedWith(error, 'RepositoryNotFoundException') || !(await isMadeOnPush(call))) throw error;
      return { descriptors: [], next: undefined };
    });

    const parameters = [['n', String(limit)] as const, ...artifactTypes.map((it) => ['artifactType', it] as const)];
    sendJson(
      answer,
      200,
      { schemaVersion: 2, mediaType: INDEX, manifests: page.descriptors },
      {
        'Content-Type': INDEX,
        ...(artifactTypes.length > 0 && { 'OCI-Filters-Applied': 'artifactType' }),
        ...nextLink(`/v2/${repositoryName}/referrers/${digest}`, parameters, page.next),
      },
    );
  },
};
