import { listReferrers, type Referrer } from '../registry/referrers.ts';
import { repositoryArn } from '../values/arn.ts';
import { repositoryExists } from './create-on-push.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink, pageSize } from './pages.ts';
import { parseDigest } from './references.ts';
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
    const after = query.first('last');

    // Where a push would make the repository, it has no referrers yet, rather than no existence.
    const isYetToCome = world.rules.createOnPush === 'always' && !(await repositoryExists(call));
    const page: { referrers: readonly Referrer[]; next?: string } = isYetToCome
      ? { referrers: [] }
      : await listReferrers(world, registry, repositoryName, {
          subject: digest,
          ...(artifactTypes.length > 0 && { artifactTypes }),
          after,
          limit,
        });

    const parameters = [['n', String(limit)], ...artifactTypes.map((it) => ['artifactType', it] as const)] as const;
    sendJson(
      answer,
      200,
      { schemaVersion: 2, mediaType: INDEX, manifests: page.referrers.map(descriptor) },
      {
        'Content-Type': INDEX,
        ...(artifactTypes.length > 0 && { 'OCI-Filters-Applied': 'artifactType' }),
        ...nextLink(
          `/v2/${repositoryName}/referrers/${digest}`,
          parameters.map(([name, value]) => [name ?? '', value ?? '']),
          page.next,
        ),
      },
    );
  },
};

function descriptor({ mediaType, size, digest, artifactType, annotations }: Referrer) {
  return {
    mediaType,
    size,
    digest,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
  };
}
