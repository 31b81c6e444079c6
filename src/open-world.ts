import { availableParallelism } from 'node:os';
import { startHashing } from './bytes/hashing.ts';
import { systemClock } from './clock.ts';
import { systemIds } from './ids.ts';
import type { DataFolder } from './installation/data-folder.ts';
import { settleIdentity } from './installation/identity.ts';
import { secretsOf } from './installation/secrets.ts';
import { systemKey } from './installation/system-key.ts';
import { type MessagingOptions, openMessaging } from './messaging/open-messaging.ts';
import { PUBLISHED_PRICES } from './metering/published-prices.ts';
import { readPrices } from './metering/read-prices.ts';
import { openRootKey } from './open-root-key.ts';
import { guardedClient } from './outbound/guarded-client.ts';
import { openGuard } from './outbound/open-guard.ts';
import { pullCounter } from './pulls/pull-counter.ts';
import type { Settings } from './settings/table.ts';
import type { BlobStore } from './storage/blobs/port.ts';
import type { LayerCache } from './storage/layer-cache/port.ts';
import type { Metadata } from './storage/metadata/port.ts';
import { startLog } from './telemetry/log.ts';
import { limitsOf } from './values/quotas.ts';
import type { Clock, Log, World } from './world.ts';

const SECOND = 1000;
const HOUR = 60 * 60 * 1000;
const GIB = 1024 ** 3;

/** What a test, or a command that does not serve, brings instead of the usual. */
export interface Outside {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Whether the data folder was taken already, by the process that started this one. */
  readonly hasFolder?: boolean;
  /** What the installation gets if it has none of its own yet: that of the one whose copy it is to be. */
  readonly installation?: { readonly id: string; readonly systemKey: string };
}

export interface OpenWorld {
  readonly world: World;
  close(): Promise<void>;
}

/**
 * Opens the storage that the settings name, without listening. An owner brings the tables up to date; a guest leaves
 * them as they are: a server may run beside.
 *
 * @throws CannotStart when database, root key and layers are not those of one installation
 */
export async function openWorld(
  settings: Settings,
  folder: DataFolder,
  { as, ...outside }: Outside & { readonly as: 'owner' | 'guest' },
): Promise<OpenWorld> {
  const opened = new AsyncDisposableStack();
  try {
    const log = outside.log ?? startLog(settings.logLevel);
    const root = await openRootKey(settings, folder, systemIds);
    opened.defer(() => root.close());
    const { rootKey } = root;
    const metadata = await openMetadata(settings, folder, { as, log });
    opened.defer(() => metadata.close());
    const blobs = await openBlobs(settings, folder, log);
    opened.defer(() => blobs.close?.());
    const clock = outside.clock ?? systemClock;
    const layerCache = await openCache(settings, folder, { as, clock, log });
    opened.defer(() => layerCache?.close());
    const hashing = startHashing(Math.max(1, Math.floor(availableParallelism() / settings.workers)));
    opened.defer(() => hashing.close());
    const proposed = outside.installation?.systemKey;
    const unsealing = await systemKey({ metadata, rootKey, ids: systemIds }, { as, proposed, legacy: root.legacy });
    const guard = await openGuard({ allow: settings.outboundAllow ?? [], caFile: settings.outboundCaFile });
    const outbound = guardedClient(guard);
    const messaging = await openMessaging({ outbound, guard, clock, ...messagingOf(settings) });
    opened.defer(() => messaging.close());
    const opening: Omit<World, 'installationId'> = {
      metadata,
      hashing,
      blobs,
      layerCache,
      clock,
      ids: systemIds,
      log,
      outbound,
      messaging,
      secrets: secretsOf(unsealing, systemIds),
      rootKey,
      actor: () => undefined,
      fileRecords: async () => undefined,
      pulls: pullCounter(),
      // Only who serves has anything to count: see `compose.ts`.
      meter: { add: () => undefined, addSent: () => undefined, flush: async () => undefined },
      rules: {
        fidelity: settings.fidelity,
        createOnPush: settings.createOnPush,
        lifecycleExtensions: settings.lifecycleExtensions === 'on',
        regions: settings.region,
        limits: limitsOf(settings.quotas ?? new Map()),
        quotas: settings.quotas ?? new Map(),
        throttling: settings.throttling ?? (settings.database === undefined ? 'off' : 'tenfold'),
        uploadExpiryMs: settings.uploadExpiry * HOUR,
        removalDelayMs: settings.removalDelay * HOUR,
        restoreDelayMs: settings.restoreDelay * SECOND,
        trashMs: settings.trashDays * 24 * HOUR,
        redirectsPulls: settings.s3Redirect !== 'off',
        audit: { days: settings.auditDays, reads: settings.auditReads },
        prices: settings.prices === undefined ? PUBLISHED_PRICES : await readPrices(settings.prices),
        sealsLayers: settings.encryption === 'envelope',
      },
    };
    const installationId = await settleIdentity(opening, { as, proposedId: outside.installation?.id });
    return { world: { ...opening, installationId }, close: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

function messagingOf(settings: Settings): Pick<MessagingOptions, 'queues' | 'subjects'> {
  const { sqsAccessKeyId: accessKeyId, sqsSecretAccessKey: secretAccessKey } = settings;
  const hasKey = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    queues: { endpoint: settings.sqsEndpoint, credentials: hasKey ? { accessKeyId, secretAccessKey } : undefined },
    subjects: {
      servers: settings.natsServers ?? [],
      credentialsFile: settings.natsCredentialsFile,
      user: settings.natsUser,
      password: settings.natsPassword,
    },
  };
}

/** What is rare, and slow to load, is loaded when a setting asks for it. */
async function openMetadata(
  { database, databaseConnections }: Settings,
  folder: DataFolder,
  { as, log }: { readonly as: 'owner' | 'guest'; readonly log: Log },
): Promise<Metadata> {
  if (database === undefined) {
    const { openSqlite } = await import('./storage/metadata/sqlite.ts');
    return openSqlite(folder.database, as);
  }
  const { openPostgres } = await import('./storage/metadata/postgres.ts');
  return openPostgres(database, { as, connections: databaseConnections, log });
}

/** The blob store that the settings name. */
export async function openBlobs(settings: Settings, folder: DataFolder, log: Log): Promise<BlobStore> {
  const { storage, s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, s3CaFile, s3Addressing, s3Redirect } =
    settings;
  if (storage === undefined) {
    const { fileBlobStore } = await import('./storage/blobs/files.ts');
    return fileBlobStore(folder.blobs);
  }
  const { s3BlobStore } = await import('./storage/blobs/s3.ts');
  const isElsewhere = s3Redirect !== 'off' && s3Redirect !== 'on';
  return s3BlobStore({
    ...storage,
    ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }),
    ...(s3Region !== undefined && { region: s3Region }),
    ...(s3AccessKeyId !== undefined &&
      s3SecretAccessKey !== undefined && {
        credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
      }),
    ...(s3CaFile !== undefined && { caFile: s3CaFile }),
    ...(isElsewhere && { publicEndpoint: s3Redirect }),
    addressing: s3Addressing ?? (s3Endpoint === undefined ? 'virtual' : 'path'),
    log,
  });
}

/** The layer cache that the settings ask for. Only who serves has any use for it. */
async function openCache(
  { storage, s3Cache }: Settings,
  folder: DataFolder,
  { as, ...world }: { readonly as: 'owner' | 'guest' } & Pick<World, 'clock' | 'log'>,
): Promise<LayerCache | undefined> {
  if (storage === undefined || s3Cache === 0 || as === 'guest') return undefined;
  const { openLayerCache } = await import('./storage/layer-cache/layer-cache.ts');
  return openLayerCache({ ...world, ids: systemIds, folder: folder.layerCache, bytes: s3Cache * GIB });
}

/** Blobs in a folder of its own, and what reads and writes them; without a database. */
export interface BlobFolder extends Pick<World, 'blobs' | 'hashing' | 'clock' | 'ids'> {
  close(): Promise<void>;
}

/** Opens the blob store of files below `path`: that of a backup, which no database serves from. */
export async function openBlobFolder(path: string): Promise<BlobFolder> {
  const { fileBlobStore } = await import('./storage/blobs/files.ts');
  const hashing = startHashing(availableParallelism());
  return { blobs: fileBlobStore(path), hashing, clock: systemClock, ids: systemIds, close: () => hashing.close() };
}
