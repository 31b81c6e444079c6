import { monitorEventLoopDelay } from 'node:perf_hooks';
import { compose } from '../src/compose.ts';
import { findSigner } from '../src/identity/find-signer.ts';
import { issueLoginToken } from '../src/identity/login-token.ts';
import { createRepository } from '../src/registry/create-repository.ts';
import { readSettings } from '../src/settings/read-settings.ts';
import type { ChildSays } from './cases/event-loop.ts';
import { basic } from './servers/basic.ts';
import { REPOSITORY } from './servers/server.ts';

/** How often the loop is asked to come round: what it is late by is the length of the tick that held it up. */
const RESOLUTION_MS = 1;

const [, , dataDir = ''] = process.argv;
const settings = await readSettings({ flags: { dataDir, port: '0', tls: 'off' }, environment: {} });
const berth = await compose(settings);
const registry = { account: settings.accountId, region: settings.region[0] };
await createRepository(berth.world, { registry, repositoryName: REPOSITORY });
const key = await findSigner(berth.world, berth.root.accessKeyId);
if (key === undefined) throw new Error('The root key is not known.');
const { password } = issueLoginToken(berth.world, key, registry.region);

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

// What the loop's thread computed between two turns of a timer: unlike the delay, no other process of this machine can lengthen it.
let mostWork = 0;
let before = process.threadCpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  mostWork = Math.max(mostWork, (user + system) / 1e3);
}, RESOLUTION_MS);

process.on('message', (question) => {
  tell({ greatestMs: delays.max / 1e6, p99Ms: delays.percentile(99) / 1e6, mostWorkMs: mostWork });
  if (question !== 'reset') return;
  delays.reset();
  mostWork = 0;
});
tell({ url: `http://127.0.0.1:${berth.port}`, headers: { authorization: basic('AWS', password) } });

function tell(what: ChildSays): void {
  process.send?.(what);
}
