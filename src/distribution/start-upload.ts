import { appendToUpload } from '../registry/append-to-upload.ts';
import { completeUpload } from '../registry/complete-upload.ts';
import { mountLayer } from '../registry/mount-layer.ts';
import { startUpload } from '../registry/uploads.ts';
import { repositoryArn } from '../values/arn.ts';
import { algorithmOf, type DigestAlgorithm } from '../values/digest.ts';
import { isRepositoryName } from '../values/names.ts';
import { createOnPush } from './create-on-push.ts';
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
    const isStrict = world.rules.fidelity === 'aws-strict';
    const algorithm = parseAlgorithm(query.first('digest-algorithm'), isStrict);
    const mount = query.first('mount');
    const digest = query.first('digest');
    await createOnPush(call);

    if (mount !== undefined && (await mounted(call, mount))) {
      return sendEmpty(answer, 201, blobHeaders(repositoryName, parseDigest(mount, world.rules.fidelity)));
    }
    // ECR takes no blob with the first request: it begins an upload instead (docs/differences.md, POST with digest).
    if (mount === undefined && digest !== undefined && !isStrict) return storeAtOnce(call, digest);

    const upload = await startUpload(world, {
      registry,
      repositoryName,
      principal: principal.arn,
      ...(algorithm && { algorithm }),
    });
    sendEmpty(answer, 202, uploadHeaders(repositoryName, upload));
  },
};

function parseAlgorithm(text: string | undefined, isStrict: boolean): DigestAlgorithm | undefined {
  if (text === undefined || text === 'sha256' || (text === 'sha512' && !isStrict)) return text;
  throw AlgorithmUnsupported({ algorithm: text });
}

/** Whether the blob is in the repository now. A source that is missing or not the caller's to read is no error. */
async function mounted({ world, registry, repositoryName, query, may }: Call, mount: string): Promise<boolean> {
  const digest = parseDigest(mount, world.rules.fidelity);
  const from = query.first('from');
  if (from !== undefined && !isRepositoryName(from)) return false;
  // ECR mounts from a named source alone (docs/differences.md, mount without from).
  if (from === undefined && world.rules.fidelity === 'aws-strict') return false;
  return mountLayer(world, {
    registry,
    from,
    to: repositoryName,
    digest,
    mayRead: async (name) => may('ecr:BatchCheckLayerAvailability', name) && may('ecr:GetDownloadUrlForLayer', name),
  });
}

async function storeAtOnce(call: Call, text: string): Promise<void> {
  const { world, registry, repositoryName, principal, answer } = call;
  const digest = parseDigest(text, world.rules.fidelity);
  call.authorize('ecr:UploadLayerPart', repositoryName);
  call.authorize('ecr:CompleteLayerUpload', repositoryName);
  const owner = { registry, repositoryName, principal: principal.arn };

  const { id: uploadId } = await startUpload(world, { ...owner, algorithm: algorithmOf(digest) });
  await appendToUpload(world, { ...owner, uploadId, bytes: call.request });
  await completeUpload(world, { ...owner, uploadId, digests: [digest] });
  sendEmpty(answer, 201, blobHeaders(repositoryName, digest));
}
