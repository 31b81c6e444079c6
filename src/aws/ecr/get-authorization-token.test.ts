import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call } from '../../../test/aws/call.ts';
import { ecrClient } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { clientOf } from '../../../test/conformance/http-client.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

test('a token is a docker login for twelve hours, and the address is the one that the caller used', async () => {
  const { authorizationData = [] } = await ecrClient(berth).send(new GetAuthorizationTokenCommand({}));

  const [{ authorizationToken = '', expiresAt, proxyEndpoint } = {}] = authorizationData;
  const login = await fetch(`${proxyEndpoint}/v2/`, { headers: { authorization: `Basic ${authorizationToken}` } });
  expect(authorizationData).toHaveLength(1);
  expect(proxyEndpoint).toBe(berth.url);
  expect(login.status).toBe(200);
  expect(expiresAt).toEqual(new Date(berth.world.clock.now().getTime() + 12 * 3_600_000));
});

test('the AWS CLI can split it at its only colon, and credential stores can hold it', async () => {
  const { authorizationData = [] } = await ecrClient(berth).send(new GetAuthorizationTokenCommand({}));

  const token = authorizationData[0]?.authorizationToken ?? '';
  const parts = Buffer.from(token, 'base64').toString('utf8').split(':');
  expect(token).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  expect(parts).toEqual(['AWS', expect.stringMatching(/^\S{1,2000}$/)]);
});

test('asked for several registries it answers an entry for each, in order, each with an address', async () => {
  const registryIds = ['999999999999', '123456789012'];
  const host = 'api.ecr.us-east-1.amazonaws.com';

  const { json } = await call(berth, 'GetAuthorizationToken', { headers: { host }, body: { registryIds } });

  const endpoints = registryIds.map((it) => `http://${it}.dkr.ecr.us-east-1.amazonaws.com`);
  expect(json['authorizationData']).toEqual(
    endpoints.map((proxyEndpoint) => expect.objectContaining({ proxyEndpoint, expiresAt: expect.any(Number) })),
  );
});

test('the address is under the domain of the installation where it has one', async () => {
  await berth.restart({ domain: 'example.com:8443' });

  const { authorizationData } = await ecrClient(berth).send(new GetAuthorizationTokenCommand({}));

  expect(authorizationData?.[0]?.proxyEndpoint).toBe('http://123456789012.dkr.ecr.us-east-1.example.com:8443');
});

test('the token is of the region that the caller signed for', async () => {
  await berth.restart({ region: ['us-east-1', 'eu-central-1'] });
  const client = ecrClient(berth, { region: 'eu-central-1' });

  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));

  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`;
  const docker = clientOf(berth.url, authorization);
  const loginAt = async (region: string) => {
    const host = `123456789012.dkr.ecr.${region}.amazonaws.com`;
    return (await docker.send('GET', '/v2/', { headers: { host } })).status;
  };
  expect([await loginAt('eu-central-1'), await loginAt('us-east-1')]).toEqual([200, 400]);
});
