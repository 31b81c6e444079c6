import { createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webhookSecret } from '../../src/events/targets/webhook-secret.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { answerOf } from '../aws/events.ts';
import { berth as command, type Ended } from '../backup/command.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { aManifest, pushLayer } from '../manifests.ts';
import { type HttpsServer, startHttps } from '../servers/https.ts';

let berth: TestBerth;
let receiver: HttpsServer;
let isUp = true;
const got: { readonly headers: Record<string, unknown>; readonly body: string }[] = [];
beforeAll(async () => {
  receiver = await startHttps([], async (request, response) => {
    const body = await text(request);
    if (isUp) got.push({ headers: request.headers, body });
    response.writeHead(isUp ? 200 : 503).end();
  });
  berth = await startBerth({ settings: { outboundAllow: [{ address: '127.0.0.1', prefix: 32 }] } });
});
afterAll(async () => {
  await berth.stop();
  await receiver.close();
});

async function signingSecret(...args: string[]): Promise<Ended> {
  const ended = await command(['events', 'signing-secret', '--data-dir', berth.settings.dataDir, ...args]);
  return { ...ended, out: ended.out.trim() };
}

test('a push comes to a webhook, in order and after it was away, signed with the secret that the command prints', async () => {
  const address = `http://127.0.0.1:${receiver.port}/berth`;
  const EventPattern = JSON.stringify({ source: ['aws.ecr'], detail: { 'action-type': ['PUSH'] } });
  await answerOf(berth, 'PutRule', { Name: 'pushes', EventPattern });
  const Targets = [{ Id: 'hook', Arn: `arn:aws:events:::url/${address}` }];
  await answerOf(berth, 'PutTargets', { Rule: 'pushes', Targets });
  await berth.createRepository('app');
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));

  isUp = false;
  for (const tag of ['one', 'two', 'three']) {
    const manifest = aManifest({ config, note: tag });
    await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags: [tag] });
    await berth.settle();
  }
  isUp = true;
  berth.pass(60_000);
  await berth.settle();

  const events = got.map((it) => JSON.parse(it.body));
  expect(events.map((it) => it.detail['image-tag'])).toEqual(['one', 'two', 'three']);
  const { out: secret, status } = await signingSecret(address);
  expect(status).toBe(0);
  for (const { headers, body } of got) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  }
});

test('the command makes another secret when it is told to', async () => {
  const address = 'https://h.example/x';
  const before = await webhookSecret(berth.world, berth.registry, address);

  const { status, out, err } = await signingSecret(`${address}#cloudevents`, '--rotate', '--output', 'json');

  expect({ status, err }).toEqual({ status: 0, err: '' });
  const { secret, ...where } = JSON.parse(out);
  expect(where).toEqual({ account: '123456789012', region: 'us-east-1', address });
  expect(secret).not.toBe(before);
  expect(await webhookSecret(berth.world, berth.registry, address)).toBe(secret);
});
