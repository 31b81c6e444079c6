import { getRepository } from '../registry/get-repository.ts';
import { signLayerUrl } from '../registry/layer-address.ts';
import { findLayer, readLayer } from '../registry/layers.ts';
import { storeAddressOf } from '../registry/store-address.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { contentHeaders, isKnownToClient } from './entity-tag.ts';
import { parseDigest } from './references.ts';
import { sendBlob } from './send-blob.ts';
import { sendEmpty } from './send-json.ts';

const HOUR = 60 * 60 * 1_000;

/** A blob, or a range of it. distribution-spec 1.1, end-2. */
export const GetBlob: Endpoint = {
  action: 'ecr:GetDownloadUrlForLayer',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, registry, repositoryName, reference, request, answer } = call;
    if (world.rules.fidelity === 'aws-strict') return redirectToDownload(call);
    const digest = parseDigest(reference, world.rules.fidelity);
    const elsewhere = await storeAddressOf(world, { registry, repositoryName, digest }, inAnHour(world));
    if (elsewhere !== undefined) {
      noteSentElsewhere(call, elsewhere);
      return sendEmpty(answer, 307, { Location: elsewhere.address, 'Docker-Content-Digest': digest });
    }
    await sendBlob(request, answer, await readLayer(world, registry, repositoryName, digest));
  },
};

/**
 * Whether the blob is there; the answer keeps it there long enough to be referred to. Who pushes needs the one action,
 * who pulls (AmazonEC2ContainerRegistryPullOnly) has the other.
 */
export const HeadBlob: Endpoint = {
  action: 'ecr:BatchCheckLayerAvailability',
  orAction: 'ecr:GetDownloadUrlForLayer',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, reference, request, answer }) {
    const layer = await findLayer(world, registry, repositoryName, parseDigest(reference, world.rules.fidelity));

    const headers = contentHeaders(layer.digest, reference);
    if (isKnownToClient(request.headers, layer.digest)) return sendEmpty(answer, 304, headers);

    sendEmpty(answer, 200, {
      ...headers,
      'Content-Type': 'application/octet-stream',
      'Content-Length': layer.size,
      'Accept-Ranges': 'bytes',
    });
  },
};

/** ECR sends every blob through an address of its own that is good for an hour (docs/differences.md, GET blob). */
async function redirectToDownload(call: Call): Promise<void> {
  const { world, registry, repositoryName, reference, answer } = call;
  const digest = parseDigest(reference, world.rules.fidelity);
  await findLayer(world, registry, repositoryName, digest);
  const { id: repositoryId } = await getRepository(world, registry, repositoryName);
  const expiresAt = inAnHour(world);
  const elsewhere = await storeAddressOf(world, { registry, repositoryName, digest }, expiresAt);
  if (elsewhere !== undefined) noteSentElsewhere(call, elsewhere);
  const location =
    elsewhere?.address ??
    signLayerUrl(world.secrets, { origin: '', registry, repositoryName, repositoryId, digest, expiresAt });
  sendEmpty(answer, 307, { Location: location, 'Docker-Content-Digest': digest });
}

/** What the store sends is seen by nobody here: it counts as sent when its address is given out. */
function noteSentElsewhere(
  { world, registry, repositoryName, caller, request }: Call,
  { sizeInBytes: quantity }: { readonly sizeInBytes: number },
): void {
  if (request.method !== 'GET') return;
  const address = caller.request.sourceIp;
  world.meter.addSent({ registry, repositoryName, operation: 'GetDownloadUrlForLayer', address, quantity });
}

function inAnHour({ clock }: Pick<Call['world'], 'clock'>): Date {
  return new Date(clock.now().getTime() + HOUR);
}
