import { randomBytes } from 'node:crypto';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import type { Cluster } from '../../cluster.ts';
import { faultOf } from './ledger.ts';
import { expectStatus, localImage, pushImage, putManifest } from './push.ts';
import { type RegistryClient, registryClient } from './registry-client.ts';
import { type Kind, seenIn } from './tally.ts';

/** A request that takes longer is given up, and the attempt made again. */
const PATIENCE_MS = 3000;
/** So long it is tried. */
const MOST_MS = 60_000;

/**
 * How long it takes from now until a request of each sort is served, in milliseconds: they are tried again and again, by
 * clients that have no connection yet. A sort that is not served within a minute counts as `Infinity`.
 */
export async function recoveryTimes(cluster: Cluster, repository: string): Promise<ReadonlyMap<Kind, number>> {
  const startedAt = performance.now();
  const image = localImage(randomBytes(100), [randomBytes(1000)], 'after the fault');
  const kept = { repository, digest: image.digest, blobs: image.blobs.map((it) => it.digest) };

  const first = async (kind: Kind, attempt: (client: RegistryClient) => Promise<unknown>) => {
    while (performance.now() - startedAt < MOST_MS) {
      const client = registryClient(cluster.url, cluster.authorization);
      const impatient: RegistryClient = {
        ...client,
        ask: (method, path, asked) => client.ask(method, path, { ...asked, patienceMs: PATIENCE_MS }),
      };
      try {
        await attempt(impatient);
        return [kind, performance.now() - startedAt] as const;
      } catch (error) {
        if (seenIn(error) === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      } finally {
        client.close();
      }
    }
    return [kind, Number.POSITIVE_INFINITY] as const;
  };

  const api = cluster.ecr();
  const asked = first('api', () =>
    api.send(new DescribeRepositoriesCommand(), { abortSignal: AbortSignal.timeout(PATIENCE_MS) }),
  ).finally(() => api.destroy());
  const pushed = first('push', (client) => pushImage(client, repository, image));
  const pulled = pushed.then(() =>
    first('pull', async (client) => {
      const fault = await faultOf(client, kept);
      if (fault !== undefined) throw new Error(fault);
    }),
  );
  const tagged = pushed.then(() =>
    first('tag', async (client) => expectStatus('PUT tag', await putManifest(client, repository, image, 'after'), 201)),
  );
  const deleted = tagged.then(() =>
    first('delete', async (client) => {
      const answer = await client.ask('DELETE', `/v2/${repository}/manifests/after`);
      // An attempt whose answer was lost may have done it.
      expectStatus('DELETE tag', answer, 202, 404);
    }),
  );
  return new Map(await Promise.all([asked, pushed, pulled, tagged, deleted]));
}
