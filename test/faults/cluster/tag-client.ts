import { randomInt } from 'node:crypto';
import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import type { Histories, Outcome } from '../../consistency/history.ts';
import type { TagOp, TagResult } from '../../consistency/tag.ts';
import type { Hands } from './load.ts';
import { expectStatus, localImage, MANIFEST, putManifest } from './push.ts';
import { digestOf } from './registry-client.ts';

/** What many have in hand, in a chapter of the load. */
const tagsOf = (chapter: string) => [`${chapter}-alpha`, `${chapter}-beta`];

/** One of those who move, read and delete the same few tags. Each image that he pushes is a new one. */
export function tagClient(hands: Hands, tags: Histories<TagOp, TagResult>, name: string): () => Promise<void> {
  const { tally, left, config } = hands;
  let count = 0;
  let last: { readonly digest: string; readonly chapter: string } | undefined;

  return async () => {
    const chapter = hands.chapter();
    const all = tagsOf(chapter);
    const tag = all[randomInt(all.length)] ?? '';
    const dice = randomInt(20);
    const record = async (op: TagOp, call: () => Promise<Outcome<TagResult>>) => {
      await tally.run('tag', () => tags.record(tag, name, op, call));
    };
    if (dice < 8) {
      const image = localImage(config, [], `${name} ${count++}`);
      await record({ kind: 'put', digest: image.digest }, async () => {
        expectStatus('PUT tag', await putManifest(hands.client, left, image, tag), 201);
        last = { digest: image.digest, chapter };
        return { kind: 'ok', result: undefined };
      });
      // At once, and mostly by another node: where something remembered what the tag was, it shows now.
      await record({ kind: 'get' }, () => readTag(hands, tag));
    } else if (dice < 10) {
      await record({ kind: 'delete' }, () => remove(hands, tag));
    } else if (dice < 11 && last?.chapter === chapter) {
      const { digest } = last;
      // It takes both tags along: each of them is told.
      await tally.run('tag', async () => {
        const removing = remove(hands, digest);
        const op = { kind: 'delete image', digest } as const;
        await Promise.all(all.map((it) => tags.record(it, name, op, () => removing)));
      });
    } else {
      await record({ kind: 'get' }, () => (dice < 14 ? getByApi(hands, tag) : readTag(hands, tag)));
    }
  };
}

async function remove({ client, left }: Hands, reference: string): Promise<Outcome<TagResult>> {
  const answer = await client.ask('DELETE', `/v2/${left}/manifests/${reference}`);
  if (answer.status === 404) return { kind: 'fail' };
  expectStatus('DELETE tag', answer, 202);
  return { kind: 'ok', result: undefined };
}

/** Which image the tag points at, as a client of the registry is told. */
export async function readTag(
  { client, left }: Pick<Hands, 'client' | 'left'>,
  tag: string,
): Promise<Outcome<TagResult>> {
  const method = randomInt(2) === 0 ? 'HEAD' : 'GET';
  const answer = await client.ask(method, `/v2/${left}/manifests/${tag}`, { headers: { Accept: MANIFEST } });
  if (answer.status === 404) return { kind: 'ok', result: undefined };
  expectStatus('GET tag', answer, 200);
  const said = String(answer.headers['docker-content-digest']);
  return { kind: 'ok', result: method === 'GET' ? digestOf(answer.body) : said };
}

async function getByApi({ ecr, left }: Hands, tag: string): Promise<Outcome<TagResult>> {
  const asked = new BatchGetImageCommand({ repositoryName: left, imageIds: [{ imageTag: tag }] });
  const { images = [] } = await ecr.send(asked);
  return { kind: 'ok', result: images[0]?.imageId?.imageDigest };
}
