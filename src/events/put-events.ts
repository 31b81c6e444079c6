import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { type EmittedEvent, listenersIn, tell } from './emit-event.ts';
import { EVENT_LIMITS } from './limits.ts';
import { parseEventJson } from './parse-event-json.ts';
import { Invalid } from './refusals.ts';

/** An event of the account's own, as the API has it. */
export interface PutEntry {
  readonly Time?: Date | undefined;
  readonly Source?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
}

/** What became of an entry: the id of its event, or why there is none. */
export type PutOutcome = { readonly EventId: string } | PutFailure;

interface PutFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Tells whoever listens of events of the account's own. @throws Invalid when all together are too large */
export async function putEvents(
  world: Pick<World, 'metadata' | 'clock' | 'ids'>,
  registry: RegistryId,
  entries: readonly PutEntry[],
): Promise<PutOutcome[]> {
  if (entries.reduce((sum, it) => sum + sizeOf(it), 0) > EVENT_LIMITS.bytesPerPut) {
    throw Invalid({ what: 'Total size of the entries in the request is over the limit.' });
  }
  const checked = entries.map((it) => eventOf(world, registry, it));
  const events = checked.filter((it) => 'id' in it);
  const listeners = events.length === 0 ? [] : await world.metadata.readOne((tx) => listenersIn(tx, registry));
  if (listeners.length > 0) {
    await world.metadata.write(async (tx) => {
      for (const event of events) await tell(tx, world, { event, listeners });
    });
  }
  return checked.map((it) => ('id' in it ? { EventId: it.id } : it));
}

/** As EventBridge counts: "Calculating PutEvents event entry size". */
function sizeOf({ Time, Source, DetailType, Detail, Resources = [] }: PutEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time ? 14 : 0) + texts.reduce((sum, it) => sum + Buffer.byteLength(it ?? ''), 0);
}

function eventOf(
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  registry: RegistryId,
  { Source, DetailType, Detail, Time = clock.now(), Resources = [] }: PutEntry,
): (EmittedEvent & { readonly id: string }) | PutFailure {
  if (!Source) return isRequired('Source');
  if (!DetailType) return isRequired('DetailType');
  if (!Detail) return isRequired('Detail');
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseEventJson(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { id: ids.uuid(), source: Source, detailType: DetailType, time: Time, registry, resources: Resources, detail };
}

function isRequired(name: string): PutFailure {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}
