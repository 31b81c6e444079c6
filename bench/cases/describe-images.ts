import { join } from 'node:path';
import { signedRequest } from '../../test/aws/signer.ts';
import { expecting } from '../clients/request.ts';
import { below, told } from '../figure.ts';
import { seedImages } from '../seed-images.ts';
import { type BerthServer, startBerth } from '../servers/berth.ts';
import { REPOSITORY } from '../servers/server.ts';
import { percentile } from '../spread.ts';
import type { Case } from './case.ts';

const PAGE = 100;

/** Pages by HTTP with signed requests, one after the other: the first one, then on from page to page. */
export const describeImages: Case = {
  name: 'describe-images',
  async run({ dir, isQuick }) {
    const [images, rounds, calls] = isQuick ? [2_000, 1, 20] : [100_000, 5, 200];
    const dataDir = join(dir, 'berth');
    await (await startBerth(dataDir)).stop();
    await seedImages(dataDir, images);

    const berth = await startBerth(dataDir);
    try {
      // The first calls compile what the others run.
      for (let i = 0; i < 100; i++) await callPage(berth, undefined);
      const all: number[] = [];
      const late: number[] = [];
      let nextToken: string | undefined;
      for (let round = 0; round < rounds; round++) {
        const times: number[] = [];
        for (let i = 0; i < calls; i++) {
          const page = await callPage(berth, nextToken);
          times.push(page.ms);
          nextToken = page.nextToken;
        }
        late.push(percentile(times, 99));
        all.push(...times);
      }
      const what = `DescribeImages, page of ${PAGE} out of ${images} images`;
      return [
        below(`${what}: 99th percentile`, 'ms', late, { bound: 20, of: 'median' }),
        told(`${what}: all calls`, 'ms', all),
      ];
    } finally {
      await berth.stop();
    }
  },
};

async function callPage(
  berth: BerthServer,
  nextToken: string | undefined,
): Promise<{ ms: number; nextToken?: string }> {
  const { host } = new URL(berth.url);
  const unsigned = {
    method: 'POST',
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
    },
    body: JSON.stringify({
      repositoryName: REPOSITORY,
      maxResults: PAGE,
      ...(nextToken !== undefined && { nextToken }),
    }),
  };
  const { rawHeaders, body } = await signedRequest(unsigned, { ...berth.accessKey, at: new Date() });
  const headers = Object.fromEntries(pairs(rawHeaders));

  const startedAt = performance.now();
  const answer = await expecting(200, 'POST', `${berth.url}/`, { headers, body });
  const ms = performance.now() - startedAt;
  const page: { imageDetails: unknown[]; nextToken?: string } = JSON.parse(answer.body.toString());
  if (page.imageDetails.length !== PAGE) throw new Error(`A page had ${page.imageDetails.length} images.`);
  return { ms, ...(page.nextToken !== undefined && { nextToken: page.nextToken }) };
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as [string, string]] : []));
}
