import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from './aws/call.ts';
import { queryCall } from './aws/query-call.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { type Answer, type Client, clientOf } from './conformance/http-client.ts';
import { pushBlob, pushImage } from './conformance/registry-under-test.ts';

const SCRIPT = '<script>alert(1)</script>';

let berth: TestBerth;
let client: Client;
beforeAll(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
  await berth.createRepository('app');
});
afterAll(() => berth.stop());

/** What a browser would make of an answer. */
function typeOf({ headers }: Pick<Answer, 'headers'>): string {
  return headers['content-type'] ?? '';
}

test('what was pushed is never a page to a browser, whatever it says it is', async () => {
  const mediaType = 'text/html';
  const layer = await pushBlob(client, 'app', Buffer.from(`<html>${SCRIPT}`), { mediaType });
  await pushImage(client, 'app', { tag: 'v1', layers: [layer], annotations: { title: SCRIPT } });

  expect(typeOf(await client.send('GET', `/v2/app/blobs/${layer.digest}`))).toBe('application/octet-stream');
  expect(typeOf(await client.send('GET', '/v2/app/manifests/v1', { headers: { Accept: 'text/html' } }))).toBe(
    'application/vnd.oci.image.manifest.v1+json',
  );
});

test('what a request says is given back as text or data alone', async () => {
  const asked = encodeURIComponent(SCRIPT);
  for (const path of ['/', `/${asked}`, `/v2/${asked}/tags/list`, `/v2/app/manifests/${asked}`, `/v2/?n=${asked}`]) {
    for (const headers of [{ Host: 'registry.example' }, { Host: `"${SCRIPT}` }]) {
      const answer = await client.send('GET', path, { headers });
      expect([path, typeOf(answer)]).toEqual([path, expect.not.stringMatching(/html|xml/)]);
      expect([path, typeOf(answer)]).toEqual([path, expect.stringMatching(/^(?:text\/plain|application\/json)/)]);
    }
  }
});

test('the API names what it refuses as JSON or as escaped XML', async () => {
  const json = await call(berth, 'DescribeRepositories', { body: { repositoryNames: [SCRIPT] } });
  const { headers, xml } = await queryCall(berth, { Action: 'GetUser', Version: '2010-05-08', UserName: SCRIPT });

  expect(json.status).toBe(400);
  expect(json.headers['content-type']).toBe('application/x-amz-json-1.1');
  expect(headers['content-type']).toMatch(/^text\/xml/);
  expect(xml).toContain('&lt;script&gt;');
  expect(xml).not.toContain('<script>');
});
