import { expect, test } from 'vitest';
import { isRegistryHost, upstreamAt } from './upstream.ts';

test.each([
  ['public.ecr.aws', 'ecr-public'],
  ['registry.k8s.io', 'k8s'],
  ['quay.io', 'quay'],
  ['registry-1.docker.io', 'docker-hub'],
  ['ghcr.io', 'github-container-registry'],
  ['registry.gitlab.com', 'gitlab-container-registry'],
  ['mine.azurecr.io', 'azure-container-registry'],
  ['cgr.dev', 'chainguard'],
  ['111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'ecr'],
  ['docker.io', undefined],
  ['quay.io.example.com', undefined],
  ['azurecr.io', undefined],
])('at %s there is %s', (host, name) => {
  expect(upstreamAt(host)?.name).toBe(name);
  expect(isRegistryHost(host)).toBe(true);
});

test.each(['a.b', '127.0.0.1:5000', 'registry.example.com:443'])('%s is the host of a registry', (host) => {
  expect(isRegistryHost(host)).toBe(true);
});

test.each([
  '',
  'localhost',
  'https://quay.io',
  'quay.io/library',
  'user@quay.io',
  '-a.io',
  'a..io',
  'quay.io:',
  'quay.io:0',
  'QUAY.IO',
  `${'a.'.repeat(127)}io`,
])('%s is none', (host) => {
  expect(isRegistryHost(host)).toBe(false);
});
