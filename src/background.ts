import type { ChangeConsumer } from './changes/consumer.ts';
import { failedChanges } from './changes/failed-changes.ts';
import { type Following, followChanges } from './changes/follow-changes.ts';
import { settleChanges } from './changes/settle-changes.ts';
import { eventsOfChanges } from './events/consume-changes.ts';
import { deliverEvent } from './events/targets/deliver-event.ts';
import { every } from './every.ts';
import { keepHouse } from './housekeeping/keep-house.ts';
import { sealWhatIsClear } from './housekeeping/seal-clear.ts';
import type { JobKind } from './jobs/job-kind.ts';
import { LeaseLost } from './jobs/lease.ts';
import { TENDING_LEASE, tendKeys } from './kms/tend-keys.ts';
import { runningLifecycle } from './lifecycle/run-policy.ts';
import { previewingLifecycle } from './lifecycle/run-preview.ts';
import { runOnPut, scheduleLifecycle } from './lifecycle/schedule.ts';
import { tidyLifecycle } from './lifecycle/tidy-lifecycle.ts';
import { countStorage } from './metering/count-storage.ts';
import { writeDownPulls } from './pulls/write-down-pulls.ts';
import { followingReferrers, referrersFollow } from './referrers/follow-class.ts';
import { referrersGo, removingReferrers } from './referrers/go-with-subject.ts';
import { activatingImages } from './registry/activate-image.ts';
import type { Settings } from './settings/table.ts';
import { signImage } from './signing/sign-image.ts';
import { signOnPush } from './signing/sign-on-push.ts';
import { ReadOnly } from './storage/metadata/port.ts';
import { emptyTrash } from './trash/empty-trash.ts';
import { noteTags } from './trash/note-tags.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Who takes changes into account, in this order. */
const CONSUMERS: readonly ChangeConsumer[] = [
  countStorage,
  referrersFollow,
  referrersGo,
  noteTags,
  signOnPush,
  eventsOfChanges,
  runOnPut,
];

/** What is done as durable jobs. */
const KINDS: ReadonlyMap<string, JobKind> = new Map(
  [
    failedChanges(CONSUMERS),
    activatingImages,
    followingReferrers,
    removingReferrers,
    signImage,
    deliverEvent,
    runningLifecycle,
    previewingLifecycle,
  ].map((it) => [it.name, it]),
);

interface Work {
  readonly name: string;
  readonly intervalMs: number;
  readonly firstMs?: number;
  readonly work: (world: World, signal: AbortSignal) => Promise<unknown>;
}

/** What goes on while nobody asks for anything. Any number of processes may do it: what one must do alone is leased. */
function workOf({ collectInterval }: Settings): readonly Work[] {
  const hourly = collectInterval * MINUTE;
  return [
    { name: TENDING_LEASE, intervalMs: MINUTE, work: tendKeys },
    { name: 'write-down-pulls', intervalMs: 5 * SECOND, work: writeDownPulls },
    { name: 'schedule-lifecycle', intervalMs: MINUTE, work: scheduleLifecycle },
    { name: 'tidy-lifecycle', intervalMs: 60 * MINUTE, work: tidyLifecycle },
    { name: 'empty-trash', intervalMs: hourly, firstMs: MINUTE / 2, work: emptyTrash },
    // Not at once, when a start has enough to do, and not only after an hour, which some processes do not live.
    { name: 'collect-garbage', intervalMs: hourly, firstMs: MINUTE, work: keepHouse },
    // Behind a collection: the bytes that it lets go of are still there for who was told of them just before.
    { name: 'seal-what-is-clear', intervalMs: hourly, firstMs: 2 * MINUTE, work: sealWhatIsClear },
  ];
}

/** What follows from changes, looked for all the time. */
export function startFollowing(world: World): Following {
  return followChanges(world, { consumers: CONSUMERS, kinds: KINDS });
}

/** Starts it all. The returned functions end it, each when what runs has come to its end. */
export function startBackground(world: World, settings: Settings): (() => Promise<void>)[] {
  const ends = workOf(settings).map(({ work, ...timing }) =>
    every({ ...timing, log: world.log }, async (signal) => {
      await work(world, signal).catch((error: unknown) => {
        // What is read-only stays as it is; who took a lease over goes on.
        if (!(error instanceof ReadOnly || error instanceof LeaseLost || signal.aborted)) throw error;
      });
    }),
  );
  return [...ends, () => writeDownLastPulls(world)];
}

/** Nobody pulls any more. */
async function writeDownLastPulls(world: World): Promise<void> {
  await writeDownPulls(world).catch((err: unknown) => world.log.error({ err }, 'pulls were not written down'));
}

/** Does now what follows from all that was changed and pulled until now, as far as it is due. */
export async function settle(world: World): Promise<void> {
  await writeDownPulls(world);
  return settleChanges(world, { consumers: CONSUMERS, kinds: KINDS });
}
