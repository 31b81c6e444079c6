// Changes what a data folder holds, counts what it stores, tells of each change in a file, and kills itself after a step:
// node following-child.ts FOLDER TOLD SECONDS STEPS. Its clock is so many seconds ahead, so that what the one before had
// taken can be taken over. After 0 steps means never: then it changes nothing, and ends when all is told.
import { randomInt } from 'node:crypto';
import { appendFileSync, writeSync } from 'node:fs';
import { setImmediate as letOthersGoOn } from 'node:timers/promises';
import type { ChangeConsumer } from '../../src/changes/consumer.ts';
import { dispatchChanges } from '../../src/changes/dispatch-changes.ts';
import { settleChanges } from '../../src/changes/settle-changes.ts';
import type { JobKind } from '../../src/jobs/job-kind.ts';
import { jobPool } from '../../src/jobs/job-pool.ts';
import { countStorage } from '../../src/metering/count-storage.ts';
import { deleteImageByDigest, deleteTag } from '../../src/registry/delete-image.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { addJob } from '../../src/storage/metadata/jobs.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { aManifest, descriptorOf } from '../manifests.ts';
import { openFolder } from './open-folder.ts';
import { CONTENTS, later, REGISTRY } from './scenarios.ts';
import { stepping } from './steps.ts';

const [, , folder = '', told = '', seconds = '0', killAfter = '0'] = process.argv;
const { world: opened, close } = await openFolder(folder);

let steps = 0;
function step(): void {
  steps += 1;
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
}
const world = stepping(later(opened, Number(seconds) * 1_000), step);

const telling: ChangeConsumer = {
  name: 'telling',
  async consume(tx, changes, { clock, ids }) {
    for (const { id, registry, repository } of changes) {
      const now = clock.now();
      const payload = { id, repositoryId: repository.id };
      await addJob(tx, { id: ids.uuid(), kind: 'tell', registry, payload, orderKey: repository.id, dueAt: now, now });
    }
  },
};

const tell: JobKind = {
  name: 'tell',
  attempts: 1_000,
  async run(_world, payload) {
    step();
    appendFileSync(told, `${JSON.stringify(payload)}\n`);
    step();
  },
};

const followers = { consumers: [countStorage, telling], kinds: new Map([[tell.name, tell]]) };

async function follow(): Promise<void> {
  const pool = jobPool(world, followers.kinds);
  for (;;) {
    await dispatchChanges(world, followers.consumers);
    await pool.fill();
    await letOthersGoOn();
  }
}

const config = descriptorOf(CONTENTS.config);
const manifests = ['one', 'two', 'three'].map((note) => aManifest({ config, note }));

async function changeSomething(repositoryName: string): Promise<void> {
  const manifest = manifests[randomInt(manifests.length)] ?? aManifest({ config });
  const tag = `t${randomInt(3)}`;
  const which = randomInt(4);
  if (which === 0) await deleteTag(world, REGISTRY, repositoryName, tag);
  else if (which === 1) await deleteImageByDigest(world, REGISTRY, repositoryName, manifest.digest);
  else await putImage(world, { registry: REGISTRY, repositoryName, manifest, tags: [tag] });
}

async function change(repositoryName: string): Promise<void> {
  for (;;) {
    await changeSomething(repositoryName).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
    await letOthersGoOn();
  }
}

writeSync(1, 'begun\n');
if (killAfter === '0') await settleChanges(world, followers);
else await Promise.all([follow(), change('app'), change('other')]);
writeSync(1, 'done\n');
await close();
