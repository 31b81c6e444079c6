import type { ChangeConsumer } from '../changes/consumer.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { listenersIn, tell } from './emit-event.ts';
import { eventsOf } from './evaluate.ts';

/** Tells of what happened to images, to whoever has a rule for it. */
export const eventsOfChanges: ChangeConsumer = {
  name: 'events',
  async consume(tx, changes, world) {
    const listening = rememberedListeners(tx);
    for (const change of changes) {
      const events = eventsOf(change);
      if (events.length === 0) continue;
      const listeners = await listening(change.registry);
      for (const event of events) {
        await tell(tx, world, { event: { ...event, repositoryId: change.repository.id }, listeners });
      }
    }
  },
};

/** Each registry's listeners are looked up once in a transaction. */
function rememberedListeners(tx: Writing) {
  const known = new Map<string, ReturnType<typeof listenersIn>>();
  return (registry: RegistryId) =>
    known.getOrInsertComputed(`${registry.account}/${registry.region}`, () => listenersIn(tx, registry));
}
