import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import { allowing, type Credentials, loginOf, remove, role, session, user } from '../../identity.ts';
import { sha256 } from '../../manifests.ts';
import { ownBerth, sharedBerth } from '../../shared-berth.ts';

const BLOB = Buffer.from('bytes of a layer');
const DIGEST = sha256(BLOB);
const arnOf = (name: string) => `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/${name}`;

const shared = sharedBerth();
let berth: TestBerth;
let client: Client;
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  client = clientOf(berth.url, berth.authorization);
  await berth.createRepository('app');
}

async function as(credentials: Credentials): Promise<Client> {
  return clientOf(berth.url, await loginOf(berth, credentials));
}

async function put(by: Client, name: string): Promise<void> {
  const begun = await by.send('POST', `/v2/${name}/blobs/uploads/`);
  const sent = await by.send('PUT', `${begun.headers.location}?digest=${DIGEST}`, { body: BLOB });
  expect(sent.status).toBe(201);
}

describe('an upload', () => {
  const PUSH = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'];

  test('is not gone on with by another user who may push, nor by a namesake of who began it', async () => {
    const alice = await user(berth, { name: 'alice', policies: [allowing(PUSH)] });
    const { headers } = await (await as(alice)).send('POST', '/v2/app/blobs/uploads/');
    const location = headers.location ?? '';
    expect((await (await as(alice)).send('GET', location)).status).toBe(204);

    await remove(berth, alice);
    const namesake = await user(berth, { name: 'alice', policies: [allowing(PUSH)] });
    for (const other of [await user(berth, { policies: [allowing(PUSH)] }), namesake, berth]) {
      const by = await as(other);
      for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
        const path = method === 'PUT' ? `${location}?digest=${DIGEST}` : location;
        const body = method.startsWith('P') ? { body: BLOB } : {};
        expect([method, (await by.send(method, path, body)).status]).toEqual([method, 404]);
      }
    }
  });

  test('of a session is gone on with by one of the same name, and by no other', async () => {
    const builder = await role(berth, { policies: [allowing(PUSH)] });
    const begun = await (await as(session(berth, builder, { name: 'one' }))).send('POST', '/v2/app/blobs/uploads/');
    const location = begun.headers.location ?? '';

    const other = await as(session(berth, builder, { name: 'two' }));
    const again = await as(session(berth, builder, { name: 'one' }));

    expect((await other.send('GET', location)).status).toBe(404);
    expect((await again.send('PUT', `${location}?digest=${DIGEST}`, { body: BLOB })).status).toBe(201);
  });

  test('that ends with bytes needs the right to send them', async () => {
    const [begin, end] = [allowing('ecr:InitiateLayerUpload'), allowing('ecr:CompleteLayerUpload')];
    const by = await as(await user(berth, { policies: [begin, end] }));
    const { headers } = await by.send('POST', '/v2/app/blobs/uploads/');

    const answer = await by.send('PUT', `${headers.location}?digest=${DIGEST}`, { body: BLOB });

    expect(answer.status).toBe(403);
    expect(String(answer.body)).toContain('is not authorized to perform: ecr:UploadLayerPart');
  });

  test('in one request needs all three rights', async () => {
    for (const missing of PUSH) {
      const policies = [allowing(PUSH.filter((it) => it !== missing))];
      const by = await as(await user(berth, { policies }));
      const answer = await by.send('POST', `/v2/app/blobs/uploads/?digest=${DIGEST}`, { body: BLOB });
      expect([answer.status, String(answer.body).includes(missing)]).toEqual([403, true]);
    }
    const by = await as(await user(berth, { policies: [allowing(PUSH)] }));
    expect((await by.send('POST', `/v2/app/blobs/uploads/?digest=${DIGEST}`, { body: BLOB })).status).toBe(201);
  });
});

describe('whether a blob is there', () => {
  test.each([
    ['ecr:BatchCheckLayerAvailability', 200],
    ['ecr:GetDownloadUrlForLayer', 200],
    ['ecr:BatchGetImage', 403],
  ])('is told to who may %s: %i', async (action, status) => {
    await put(client, 'app');
    const by = await as(await user(berth, { policies: [allowing(action)] }));

    expect((await by.send('HEAD', `/v2/app/blobs/${DIGEST}`)).status).toBe(status);
  });
});

describe('a mount', () => {
  beforeEach(async () => {
    await berth.createRepository('secret');
    await put(client, 'secret');
  });

  const mount = async (by: Client) =>
    (await by.send('POST', `/v2/app/blobs/uploads/?mount=${DIGEST}&from=secret`)).status;
  const target = () => allowing(['ecr:InitiateLayerUpload', 'ecr:CompleteLayerUpload'], arnOf('app'));

  test.each(['ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'])(
    'takes a layer from a repository of which the caller may %s',
    async (action) => {
      const by = await as(await user(berth, { policies: [target(), allowing(action, arnOf('secret'))] }));
      expect(await mount(by)).toBe(201);
    },
  );

  test('begins an upload where the caller may not read the source, and there is the same for one without it', async () => {
    const by = await as(await user(berth, { policies: [target()] }));

    expect(await mount(by)).toBe(202);
    const nowhere = await by.send('POST', `/v2/app/blobs/uploads/?mount=${DIGEST}&from=nowhere`);
    const anywhere = await by.send('POST', `/v2/app/blobs/uploads/?mount=${DIGEST}`);
    expect([nowhere.status, anywhere.status]).toEqual([202, 202]);
  });

  test('begins an upload where a policy denies the source to the caller', async () => {
    const denied = { Effect: 'Deny', Action: 'ecr:*', Resource: arnOf('secret') };
    const policies = [allowing('ecr:*'), { Version: '2012-10-17', Statement: denied }];

    expect(await mount(await as(await user(berth, { policies })))).toBe(202);
  });
});

test('a first push makes the repository only for who may', async () => {
  await start(await ownBerth());
  await berth.restart({ createOnPush: 'always' });
  const push = ['ecr:InitiateLayerUpload'];
  const [may, mayNot] = [
    await user(berth, { policies: [allowing([...push, 'ecr:CreateRepository'])] }),
    await user(berth, { policies: [allowing(push)] }),
  ];

  const refused = await (await as(mayNot)).send('POST', '/v2/new/app/blobs/uploads/');
  expect(refused.status).toBe(403);
  expect(String(refused.body)).toContain('is not authorized to perform: ecr:CreateRepository');
  expect((await (await as(may)).send('POST', '/v2/new/app/blobs/uploads/')).status).toBe(202);
});
