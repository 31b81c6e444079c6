import { SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../../src/distribution/routes.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import { type Descriptor, pushImage } from '../../conformance/registry-under-test.ts';
import { call } from '../call.ts';
import { ecrClient } from '../client.ts';

let berth: TestBerth;
let client: Client;
let image: Descriptor & { readonly manifest: Buffer };
/** A repository whose own policy, as far as a document can, lets everyone do everything. */
beforeAll(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
  await berth.createRepository('app');
  image = await pushImage(client, 'app', { tag: 'v1' });
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'ecr:*' },
      { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'ecr:*' },
    ],
  });
  await ecrClient(berth).send(new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText, force: true }));
});
afterAll(() => berth.stop());

test('a policy for everyone lets nobody in who has no login, at no route of docker', async () => {
  for (const { method, form } of routes) {
    for (const reference of ['v1', image.digest]) {
      const path = form.replace('{name}', 'app').replace('{reference}', reference);
      const answer = await client.send(method, path, { authorization: null });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  }
});

test('a policy for everyone lets nobody in who has not signed, nor whose key nobody has', async () => {
  const body = { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }] };
  const unsigned = await call(berth, 'BatchGetImage', { body, isUnsigned: true });
  const unknown = await call(berth, 'BatchGetImage', {
    body,
    caller: { accessKeyId: 'AKIANOBODY', secretAccessKey: '' },
  });

  expect(unsigned.json['__type']).toBe('MissingAuthenticationTokenException');
  expect(unknown.json['__type']).toBe('UnrecognizedClientException');
});

test('no address gives a stranger a token, whatever it is for', async () => {
  const query = `service=ecr.amazonaws.com&scope=repository:app:pull,push&account=AWS&aud=${berth.host}`;
  for (const path of ['/v2/token', '/v2/auth', '/token', '/auth', '/service/token', '/oauth2/token', '/keys/x']) {
    for (const method of ['GET', 'POST', 'PUT']) {
      const { status } = await client.send(method, `${path}?${query}`, { authorization: null });
      expect([401, 404], `${method} ${path}: ${status}`).toContain(status);
    }
  }
});

test('what nobody signed is no download address, also of a layer that is there', async () => {
  const layer = (JSON.parse(String(image.manifest)) as { layers: [Descriptor] }).layers[0];
  const path = `/layers/${berth.registry.account}/${berth.registry.region}/app/${layer.digest}`;
  const inTime = berth.world.clock.now().getTime() + 60_000;
  const id = '00000000-0000-4000-8000-000000000000';

  for (const query of ['', `?expires=${inTime}`, `?repository=${id}&expires=${inTime}&signature=${'A'.repeat(43)}`]) {
    const answer = await client.send('GET', `${path}${query}`, { authorization: null });
    expect([query, answer.status]).toEqual([query, 403]);
    const withLogin = await client.send('GET', `${path}${query}`);
    expect([query, withLogin.status]).toEqual([query, 403]);
  }
});
