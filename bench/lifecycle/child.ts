// A Berth with a repository of old images, which gets a lifecycle policy when it is told to.
import { setTimeout as delay } from 'node:timers/promises';
import { compose } from '../../src/compose.ts';
import { findSigner } from '../../src/identity/find-signer.ts';
import { issueLoginToken } from '../../src/identity/login-token.ts';
import { getLifecyclePolicy, putLifecyclePolicy } from '../../src/lifecycle/put-policy.ts';
import { createRepository } from '../../src/registry/create-repository.ts';
import { getRepository } from '../../src/registry/get-repository.ts';
import type { Repository } from '../../src/registry/repository.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { judgedImages } from '../../src/storage/metadata/judged-images.ts';
import { basic } from '../servers/basic.ts';
import { REPOSITORY } from '../servers/server.ts';
import type { Answer, Question } from './expiring-berth.ts';
import { seedOldImages } from './seed-old-images.ts';

/** So many are left. */
const KEPT = 100;
const OLD = 'old';

const [, , dataDir = '', environment = '{}'] = process.argv;
const settings = await readSettings({
  flags: { dataDir, port: '0', tls: 'off' },
  environment: JSON.parse(environment) as Record<string, string>,
});
const berth = await compose(settings);
const { world } = berth;
const registry = { account: settings.accountId, region: settings.region[0] };
await repositoryNamed(REPOSITORY);
const old = await repositoryNamed(OLD);
const key = await findSigner(world, berth.root.accessKeyId);
if (key === undefined) throw new Error('The root key is not known.');
const { password } = issueLoginToken(world, key, registry.region);

/** Another process may have made it, and filled it. */
function repositoryNamed(repositoryName: string): Promise<Repository> {
  return getRepository(world, registry, repositoryName).catch(() =>
    createRepository(world, { registry, repositoryName }),
  );
}

async function answer(question: Question): Promise<Answer> {
  if ('seed' in question) {
    await seedOldImages(world, old, question.seed);
    return {};
  }
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT };
  const rules = [{ rulePriority: 1, description: 'x'.repeat(100), selection, action: { type: 'expire' } }];
  const startedAt = performance.now();
  await putLifecyclePolicy(world, { registry, repositoryName: OLD, text: JSON.stringify({ rules }) });
  const isRun = async () => {
    const { lastEvaluatedAt } = await getLifecyclePolicy(world, { registry, repositoryName: OLD });
    return lastEvaluatedAt.getTime() > 0;
  };
  while (!(await isRun())) await delay(50);
  const seconds = (performance.now() - startedAt) / 1000;
  const left = await world.metadata.read((tx) => judgedImages(tx, old.id, { after: undefined, limit: KEPT + 1 }));
  if (left.length !== KEPT) throw new Error(`${left.length} images are left.`);
  return { seconds };
}

process.on('message', (question: Question) => {
  answer(question).then(tell, (error: unknown) => tell({ error: String(error) }));
});
tell({ url: `http://127.0.0.1:${berth.port}`, headers: { authorization: basic('AWS', password) } });

function tell(what: Answer): void {
  process.send?.(what);
}
