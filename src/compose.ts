import { auditFiles } from './audit/files.ts';
import { auditTrail, type Trail } from './audit/trail.ts';
import { awsFrontDoor } from './aws/front-door.ts';
import { startBackground, startFollowing } from './background.ts';
import type { Following } from './changes/follow-changes.ts';
import { tellingWrites } from './changes/telling-writes.ts';
import { systemClock } from './clock.ts';
import { ociFrontDoor } from './distribution/front-door.ts';
import { tellOfEntries } from './events/tell-of-entries.ts';
import { every } from './every.ts';
import { refuseUnfinished } from './housekeeping/migrate-storage/refuse-unfinished.ts';
import { forgetPreviousKeys } from './housekeeping/rotate-root-key.ts';
import { cannotListen } from './http/cannot-listen.ts';
import { type Certificates, certificates } from './http/certificate.ts';
import { certificateNames } from './http/certificate-names.ts';
import { gate } from './http/gate.ts';
import type { Handling } from './http/handle.ts';
import { health } from './http/health.ts';
import { openListeners } from './http/listeners.ts';
import { metricsDoor } from './http/metrics-door.ts';
import { renewal } from './http/renewal.ts';
import { originOf, urlOf } from './http/url.ts';
import { welcome } from './http/welcome.ts';
import { systemIds } from './ids.ts';
import type { Credentials } from './installation/credentials-file.ts';
import { type DataFolder, makeDataFolder, makeEphemeralFolder } from './installation/data-folder.ts';
import { rootCredentials } from './installation/root-credentials.ts';
import { takeFolder } from './installation/serving.ts';
import { type RunningMeter, startMeter } from './metering/meter.ts';
import { meterRequest } from './metering/meter-request.ts';
import { type OpenWorld, type Outside, openWorld } from './open-world.ts';
import { inNetworks } from './outbound/addresses.ts';
import { throttle } from './quotas/throttle.ts';
import { releaseUploads } from './registry/uploads.ts';
import type { Settings } from './settings/table.ts';
import { startLog } from './telemetry/log.ts';
import { type Metrics, startMetrics } from './telemetry/metrics.ts';
import type { Traces, Tracing } from './telemetry/traces.ts';
import type { World } from './world.ts';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

const SEEN_WITHIN_MS = 10_000;

export interface Berth {
  readonly world: World;
  readonly settings: Settings;
  readonly folder: DataFolder;
  /** Scheme, host and port, as a client on this machine reaches it. */
  readonly url: string;
  readonly port: number;
  /** Of the listener for clients with a certificate. */
  readonly mtlsPort: number | undefined;
  readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly isNew: boolean };
  /** The certificate that clients must trust; undefined where none is needed. */
  readonly authorityFile?: string | undefined;
  /** Lets requests in flight finish, takes no more, and ends. */
  drain(): Promise<void>;
  /** Ends at once. */
  stop(): Promise<void>;
}

/**
 * Starts a Berth: it serves when this resolves.
 *
 * @throws CannotStart when the person who starts it must do something first
 */
export async function compose(settings: Settings, outside: Outside = {}): Promise<Berth> {
  // What is opened is closed in the reverse order, also when a later step fails.
  const opened = new AsyncDisposableStack();
  try {
    return await start(settings, outside, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function start(settings: Settings, outside: Outside, opened: AsyncDisposableStack): Promise<Berth> {
  const log = outside.log ?? startLog(settings.logLevel);
  const clock = outside.clock ?? systemClock;
  const folder = await openFolder(settings, opened);
  const lock = outside.hasFolder ? undefined : await takeFolder(folder, clock.now());
  opened.defer(() => lock?.release());

  const isTrustedProxy = inNetworks(settings.trustedProxies ?? []);
  const names = certificateNames(settings);
  const issue = () => certificates(settings.tls, folder.tls, { names, clock, ids: systemIds });
  const { tls, authorityFile } = await issue();

  // It listens before the database is open: a long migration shows as 503 on /readyz, not as a dead port.
  let open: OpenWorld | undefined;
  let trail: Trail | undefined;
  let meter: RunningMeter | undefined;
  opened.defer(async () => {
    await trail?.close();
    await meter?.close();
    await open?.close();
  });
  const state = health();
  const { doors, open: openDoors } = gate(state.door);
  const metrics = settings.metricsToken === undefined ? undefined : startMetrics();
  opened.defer(() => metrics?.end());
  const traces = await tracesOf(settings, { clock, ids: systemIds, log });
  opened.defer(() => traces?.close());
  const onOver: Handling['onOver'] = (request) => {
    metrics?.requestOver(request);
    traces?.requestOver(request);
  };
  const listener = await openListeners(settings, { tls, doors, ids: systemIds, log, isTrustedProxy, onOver });
  opened.defer(() => listener.close());
  open = await openWorld(settings, folder, { as: 'owner', clock, log });
  const files = auditFiles({
    folder: folder.audit,
    keepDays: settings.auditDays,
    clock,
    log,
    writer: `${process.pid}`,
  });
  const counters = await startMeter({
    ...open.world,
    folder: folder.meter,
    networks: settings.networks ?? [],
  });
  meter = counters;
  const { ids } = open.world;
  const audited = auditTrail(metrics?.timed(open.world.metadata) ?? open.world.metadata, {
    files,
    log,
    onEnd: (act) => meterRequest(counters, act),
    onEnter: (tx, events) => tellOfEntries(tx, { clock, ids }, events),
  });
  trail = audited.trail;
  const fileRecords: World['fileRecords'] = (records) => files.append(records.map((it) => `${it}\n`).join(''));
  const quiet: World = {
    ...open.world,
    metadata: audited.metadata,
    blobs: metrics?.timedBlobs(open.world.blobs) ?? open.world.blobs,
    actor: audited.actor,
    meter,
    fileRecords,
  };
  let following: Following | undefined;
  const world: World = { ...quiet, metadata: tellingWrites(quiet.metadata, () => following?.nudge()) };
  await refuseUnfinished(world);
  await forgetPreviousKeys(world, folder);
  // Nobody else can be running on a database of the folder's own: whoever was adding to an upload has ended with the
  // process before, and its client may go on at once.
  if (settings.database === undefined) await releaseUploads(world);

  const registry = { account: settings.accountId, region: settings.region[0] };
  const given = givenCredentials(settings);
  const { credentials, isNew } = await rootCredentials(world, folder, { registry, given });

  const url = urlOf(settings.host, listener.port, tls === undefined ? 'http' : 'https');
  const throttling = throttle(world);
  openDoors({
    distribution: ociFrontDoor({ world, trail, throttle: throttling }),
    aws: awsFrontDoor({ world, trail, throttle: throttling, domain: settings.domain }),
    metrics: metricsDoor(metricsOf(settings, metrics, quiet)),
    welcome: welcome({ urlFor: (host) => originOf(url, host), region: registry.region }),
  });
  state.ready(() => Promise.all([world.metadata.probe(), world.blobs.probe()]));
  await lock?.announce(url);
  for (const warning of (await world.metadata.warnings?.()) ?? []) log.warn({ warning }, 'database is not safe');
  log.info({ url, dataDir: folder.path, ...registry }, 'berth started');

  const issueNext = settings.tls.kind === 'acme' ? await acme(settings, world, { tls, opened }) : issue;
  const renew = renewal({ served: tls, issue: issueNext, listener, log });
  opened.defer(every({ name: 'renew-certificate', log, intervalMs: renewalMs(settings), firstMs: 0 }, renew));
  const tidying = every({ name: 'tidy-audit-files', log, intervalMs: DAY, firstMs: MINUTE }, () => files.tidy());
  opened.defer(tidying);
  // What goes on by itself looks for what it has done by itself.
  for (const end of startBackground(quiet, settings)) opened.defer(end);
  following = startFollowing(quiet);
  opened.defer(following.end);

  return {
    world,
    settings,
    folder,
    url,
    port: listener.port,
    mtlsPort: listener.mtlsPort,
    root: { ...credentials, isNew },
    authorityFile,
    stop: () => opened.disposeAsync(),
    async drain() {
      listener.lastCall();
      await state.drain();
      await listener.drain();
      await opened.disposeAsync();
    },
  };
}

/** Loaded when somebody asked for it. */
async function tracesOf({ otlpEndpoint }: Settings, world: Omit<Tracing, 'sender'>): Promise<Traces | undefined> {
  if (otlpEndpoint === undefined) return undefined;
  const { otlpSender } = await import('./telemetry/send-otlp.ts');
  const { startTraces } = await import('./telemetry/traces.ts');
  return startTraces({ ...world, sender: otlpSender(otlpEndpoint) });
}

function metricsOf({ metricsToken: token }: Settings, metrics: Metrics | undefined, world: World) {
  return token === undefined || metrics === undefined ? undefined : { token, render: () => metrics.render(world) };
}

async function openFolder(settings: Settings, opened: AsyncDisposableStack): Promise<DataFolder> {
  if (!settings.ephemeral) return makeDataFolder(settings.dataDir);
  const { path, remove } = await makeEphemeralFolder();
  opened.defer(remove);
  return makeDataFolder(path);
}

/** Answers the authority's challenges, and gets its certificate. Loaded when it is asked for. */
async function acme(
  settings: Settings,
  world: World,
  { tls, opened }: { readonly tls: Certificates['tls']; readonly opened: AsyncDisposableStack },
): Promise<() => Promise<Certificates>> {
  const { answerChallenges } = await import('./http/acme/challenge-listener.ts');
  const { acmeIssuer } = await import('./http/acme/issuer.ts');
  const { host, acmePort: port, acmeNames: names = [], acmeDirectory: directory, acmeEmail: email } = settings;
  const challenges = await answerChallenges(world, { host, port }).catch((error) => {
    throw cannotListen({ host, port }, error);
  });
  opened.defer(() => challenges.close());
  return acmeIssuer(world, { directory, names, email }, tls);
}

/** Files are somebody else's to renew, who expects it to be seen; so is what another node had from the authority. */
function renewalMs({ tls }: Settings): number {
  return tls.kind === 'files' || tls.kind === 'acme' ? SEEN_WITHIN_MS : DAY;
}

function givenCredentials({ rootAccessKeyId, rootSecretAccessKey }: Settings): Credentials | undefined {
  if (rootAccessKeyId === undefined || rootSecretAccessKey === undefined) return undefined;
  return { accessKeyId: rootAccessKeyId, secretAccessKey: rootSecretAccessKey };
}
