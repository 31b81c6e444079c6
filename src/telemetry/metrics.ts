import type { BlobStore } from '../storage/blobs/port.ts';
import type { Metadata } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import { cacheMetrics } from './cache-metrics.ts';
import { counter, durations } from './counters.ts';
import { exposition } from './exposition.ts';
import { processMetrics } from './process-metrics.ts';
import { stateMetrics } from './state-metrics.ts';

/** A request that is over, as the listener tells of it. */
interface RequestOver {
  readonly door: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface Metrics {
  requestOver(request: RequestOver): void;
  /** The same metadata, whose reads and writes are timed. */
  timed(metadata: Metadata): Metadata;
  /** The same store, whose calls are timed; a read until its first bytes can be had. */
  timedBlobs(blobs: BlobStore): BlobStore;
  /** All of it as Prometheus reads it. */
  render(world: Pick<World, 'metadata' | 'clock' | 'pulls' | 'layerCache'>): Promise<string>;
  end(): void;
}

/** Measures what this process does, for as long as it lives. */
export function startMetrics(): Metrics {
  const requests = counter({ name: 'berth_http_requests_total', help: 'Requests that were answered.' });
  const taken = durations({
    name: 'berth_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
  });
  const database = durations({
    name: 'berth_database_duration_seconds',
    help: 'What reads and writes of the database took, with waiting for their turn and runs after conflicts.',
  });
  const failures = counter({
    name: 'berth_database_failures_total',
    help: 'Reads and writes of the database that failed.',
  });
  const storage = durations({
    name: 'berth_storage_duration_seconds',
    help: 'What calls of the blob store took: of a read, until its first bytes could be had.',
  });
  const storageFailures = counter({
    name: 'berth_storage_failures_total',
    help: 'Calls of the blob store that failed.',
  });
  const own = processMetrics();
  const timing = timingInto(database, failures);
  const timingStorage = timingInto(storage, storageFailures);

  return {
    requestOver({ door = 'none', method, status, durationMs, notes: { operation, route } }) {
      // Doors note what they know, never what a client has made up.
      const asked = typeof operation === 'string' ? operation : typeof route === 'string' ? route : method;
      requests.add({ door, operation: asked, status: status === 0 ? 'cut-off' : String(status) });
      taken.observe({ door }, durationMs / 1_000);
    },
    timed: (metadata) => ({
      ...metadata,
      read: (work) => timing('read', metadata.read(work)),
      readOne: (work) => timing('read', metadata.readOne(work)),
      write: (work, options) => timing('write', metadata.write(work, options)),
    }),
    timedBlobs: (blobs) => ({
      ...blobs,
      begin: (key) => timingStorage('begin', blobs.begin(key)),
      append: (draft, bytes, checkpoint) => timingStorage('append', blobs.append(draft, bytes, checkpoint)),
      complete: (draft) => timingStorage('complete', blobs.complete(draft)),
      discard: (draft) => timingStorage('discard', blobs.discard(draft)),
      read: (key, range) => timingStorage('read', blobs.read(key, range)),
      has: (key) => timingStorage('has', blobs.has(key)),
      remove: (keys) => timingStorage('remove', blobs.remove(keys)),
    }),
    async render(world) {
      const state = await stateMetrics(world);
      const counted = [requests, taken, database, failures, storage, storageFailures].map((it) => it.family());
      const cache = world.layerCache ? cacheMetrics(world.layerCache.figures()) : [];
      return exposition([...counted, ...state, ...cache, ...own.families()]);
    },
    end: own.end,
  };
}

type Timing = <T>(what: string, work: Promise<T>) => Promise<T>;

function timingInto(took: ReturnType<typeof durations>, failed: ReturnType<typeof counter>): Timing {
  return async (what, work) => {
    const startedAt = performance.now();
    try {
      return await work;
    } catch (error) {
      failed.add({ what });
      throw error;
    } finally {
      took.observe({ what }, (performance.now() - startedAt) / 1_000);
    }
  };
}
