import { parseManifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { ImageDigestDoesNotMatch, ManifestTooLarge } from '../registry/refusals.ts';
import { repositoryArn } from '../values/arn.ts';
import { algorithmOf } from '../values/digest.ts';
import { isTag } from '../values/names.ts';
import { creatingOnPush } from './create-on-push.ts';
import type { Endpoint } from './endpoint.ts';
import { readManifest } from './read-body.ts';
import { parseReference, type Reference } from './references.ts';
import { TagInvalid, TooManyTagsInRequest } from './refusals.ts';
import type { Query } from './request-target.ts';
import { sendEmpty } from './send-json.ts';

/** ECR's quota, and what the specification wants at least. */
const MANIFEST_LIMIT = 4 * 1024 * 1024;
const TAGS_LIMIT = 100;

/**
 * Stores a manifest by tag or digest, and points the tags of the path and of `tag` parameters at it, all or none.
 * Pushing what is there already succeeds. distribution-spec 1.1, end-7a and 7b.
 */
export const PutManifest: Endpoint = {
  action: 'ecr:PutImage',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, registry, repositoryName, query, request, answer } = call;
    const { fidelity } = world.rules;
    const reference = parseReference(call.reference, fidelity);
    // ECR knows no `tag` parameters (docs/differences.md, PUT manifest).
    const extraTags = fidelity === 'aws-strict' ? [] : tagsOf(query);
    if (Number(request.headers['content-length'] ?? 0) > MANIFEST_LIMIT)
      throw ManifestTooLarge({ limit: MANIFEST_LIMIT });

    const bytes = await readManifest(request, MANIFEST_LIMIT);
    const manifest = parseManifest(bytes, {
      mediaType: mediaTypeOf(request.headers['content-type']),
      fidelity,
      digestAlgorithm: 'digest' in reference ? algorithmOf(reference.digest) : 'sha256',
    });
    if ('digest' in reference && reference.digest !== manifest.digest) {
      throw ImageDigestDoesNotMatch({ expected: reference.digest, actual: manifest.digest });
    }
    const image = { registry, repositoryName, manifest, tags: allTags(reference, extraTags) };
    await creatingOnPush(call, () => putImage(world, image));

    sendEmpty(answer, 201, {
      Location: `/v2/${repositoryName}/manifests/${manifest.digest}`,
      'Docker-Content-Digest': manifest.digest,
      ...(manifest.subject !== undefined && { 'OCI-Subject': manifest.subject.digest }),
      ...(extraTags.length > 0 && { 'OCI-Tag': allTags(reference, extraTags).join(', ') }),
    });
  },
};

/** Without the parameters, which a registry is to ignore; undefined where none is named. */
function mediaTypeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim() || undefined;
}

/** @throws TagInvalid, TooManyTagsInRequest */
function tagsOf(query: Query): readonly string[] {
  const tags = query.all('tag');
  if (tags.length > TAGS_LIMIT) throw TooManyTagsInRequest({ count: tags.length, limit: TAGS_LIMIT });
  const invalid = tags.find((it) => !isTag(it));
  if (invalid !== undefined) throw TagInvalid({ tag: invalid });
  return tags;
}

function allTags(reference: Reference, extraTags: readonly string[]): readonly string[] {
  return [...new Set('tag' in reference ? [reference.tag, ...extraTags] : extraTags)];
}
