import { uploadOwnerOf } from '../identity/asker.ts';
import { appendToUpload } from '../registry/append-to-upload.ts';
import { completeUpload } from '../registry/complete-upload.ts';
import { mountLayer } from '../registry/mount-layer.ts';
import { startUpload } from '../registry/uploads.ts';
import { repositoryArn } from '../values/arn.ts';
import { algorithmOf, type Digest, type DigestAlgorithm } from '../values/digest.ts';
import type { Fidelity } from '../values/fidelity.ts';
import { isRepositoryName } from '../values/names.ts';
import { creatingOnPush } from './create-on-push.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { parseDigest } from './references.ts';
import { AlgorithmUnsupported } from './refusals.ts';
import { sendEmpty } from './send-json.ts';
import { blobHeaders, uploadHeaders } from './upload-location.ts';

/**
 * Begins an upload, or makes it needless: `mount` takes the blob from another repository where the caller may read
 * it, `digest` with a body stores it in this one request. distribution-spec 1.1, end-4a to 4c and end-11.
 */
export const StartUpload: Endpoint = {
  action: 'ecr:InitiateLayerUpload',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, registry, repositoryName, principal, query, answer } = call;
    const { fidelity } = world.rules;
    const isStrict = fidelity === 'aws-strict';
    const algorithm = parseAlgorithm(query.first('digest-algorithm'), isStrict);
    const mount = parseOptional(query.first('mount'), fidelity);
    const digest = parseOptional(query.first('digest'), fidelity);
    // Only now: a request that is refused makes no repository.
    if (mount !== undefined && (await creatingOnPush(call, () => mounted(call, mount)))) {
      return sendEmpty(answer, 201, blobHeaders(repositoryName, mount));
    }
    // ECR takes no blob with the first request: it begins an upload instead (docs/differences.md, POST with digest).
    if (mount === undefined && digest !== undefined && !isStrict) return storeAtOnce(call, digest);

    const owner = { registry, repositoryName, principal: uploadOwnerOf(principal) };
    const upload = await creatingOnPush(call, () => startUpload(world, { ...owner, ...(algorithm && { algorithm }) }));
    sendEmpty(answer, 202, uploadHeaders(repositoryName, upload));
  },
};

function parseAlgorithm(text: string | undefined, isStrict: boolean): DigestAlgorithm | undefined {
  if (text === undefined || text === 'sha256' || (text === 'sha512' && !isStrict)) return text;
  throw AlgorithmUnsupported({ algorithm: text });
}

function parseOptional(text: string | undefined, fidelity: Fidelity): Digest | undefined {
  return text === undefined ? undefined : parseDigest(text, fidelity);
}

/** Whether the blob is in the repository now. A source that is missing or not the caller's to read is no error. */
async function mounted({ world, registry, repositoryName, query, may }: Call, digest: Digest): Promise<boolean> {
  const from = query.first('from');
  if (from !== undefined && !isRepositoryName(from)) return false;
  // ECR mounts from a named source alone (docs/differences.md, mount without from).
  if (from === undefined && world.rules.fidelity === 'aws-strict') return false;
  return mountLayer(world, {
    registry,
    from,
    to: repositoryName,
    digest,
    mayRead: async (name) =>
      (await may('ecr:GetDownloadUrlForLayer', name)) || (await may('ecr:BatchCheckLayerAvailability', name)),
  });
}

async function storeAtOnce(call: Call, digest: Digest): Promise<void> {
  const { world, registry, repositoryName, principal, answer } = call;
  await call.authorize('ecr:UploadLayerPart', repositoryName);
  await call.authorize('ecr:CompleteLayerUpload', repositoryName);
  const owner = { registry, repositoryName, principal: uploadOwnerOf(principal) };

  const algorithm = algorithmOf(digest);
  const { id: uploadId } = await creatingOnPush(call, () => startUpload(world, { ...owner, algorithm }));
  await appendToUpload(world, { ...owner, uploadId, bytes: call.request });
  await completeUpload(world, { ...owner, uploadId, digests: [digest] });
  sendEmpty(answer, 201, blobHeaders(repositoryName, digest));
}
