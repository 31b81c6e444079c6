// A Berth whose layers can be made to run out, and whose collection begins when it is told to rather than by the clock.
import { compose } from '../../src/compose.ts';
import { keepHouse } from '../../src/housekeeping/keep-house.ts';
import { findSigner } from '../../src/identity/find-signer.ts';
import { issueLoginToken } from '../../src/identity/login-token.ts';
import { TAKEN } from '../../src/jobs/lease.ts';
import { createRepository } from '../../src/registry/create-repository.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { basic } from '../servers/basic.ts';
import { REPOSITORY } from '../servers/server.ts';
import type { Answer, Question } from './collecting-berth.ts';
import { seedExpiredLayers } from './seed-expired-layers.ts';

const [, , dataDir = '', environment = '{}'] = process.argv;
const settings = await readSettings({
  flags: { dataDir, port: '0', tls: 'off' },
  environment: { ...(JSON.parse(environment) as Record<string, string>), BERTH_REMOVAL_DELAY: '0' },
});
const berth = await compose(settings);
const registry = { account: settings.accountId, region: settings.region[0] };
await createRepository(berth.world, { registry, repositoryName: REPOSITORY });
const key = await findSigner(berth.world, berth.root.accessKeyId);
if (key === undefined) throw new Error('The root key is not known.');
const { password } = issueLoginToken(berth.world, key, registry.region);

async function answer(question: Question): Promise<Answer> {
  if ('seed' in question) {
    await seedExpiredLayers(berth.world, registry, question.seed);
    return {};
  }
  const startedAt = performance.now();
  const report = await keepHouse(berth.world);
  const seconds = (performance.now() - startedAt) / 1000;
  if (report === TAKEN) throw new Error('Another process collects.');
  return { collected: report.objectsRemoved, seconds };
}

process.on('message', (question: Question) => {
  answer(question).then(tell, (error: unknown) => tell({ error: String(error) }));
});
tell({ url: `http://127.0.0.1:${berth.port}`, headers: { authorization: basic('AWS', password) } });

function tell(what: Answer): void {
  process.send?.(what);
}
