import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pullBlob } from '../clients/pull-blob.ts';
import { pushBlob } from '../clients/push-blob.ts';
import { cpuSeconds } from '../cpu-time.ts';
import { type Figure, reaching, told } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import { startBerth } from '../servers/berth.ts';
import type { Server } from '../servers/server.ts';
import { spreadOf } from '../spread.ts';
import { touchMemory } from '../touched-memory.ts';
import type { Case } from './case.ts';
import { seconds } from './pair.ts';

const SIZE_MIB = 100;
const AT_ONCE = 4;
const TIMES = 5;
const LEAST = 0.75;

interface Round {
  readonly speed: number;
  /** Seconds of all cores. */
  readonly cpuPerGib: number;
}

type Kind = 'push' | 'pull';

/**
 * The same program twice, with layers sealed and with layers left to the store, in turn: over HTTPS, as it serves by
 * default, and over plain HTTP, as it does behind a balancer that ends TLS.
 */
export const encryption: Case = {
  name: 'encryption',
  async run({ dir, isQuick }) {
    const rounds = isQuick ? 1 : 7;
    return [
      ...(await compare({ dir: join(dir, 'https'), rounds, tls: true })),
      ...(await compare({ dir: join(dir, 'http'), rounds, tls: false })),
    ];
  },
};

async function compare({ dir, rounds, tls }: { dir: string; rounds: number; tls: boolean }): Promise<Figure[]> {
  await mkdir(dir);
  const on = await startBerth(join(dir, 'on'), {}, { tls });
  const off = await startBerth(join(dir, 'off'), { BERTH_ENCRYPTION: 'store' }, { tls });
  const measured = new Map<Server, Record<Kind, Round[]>>([
    [on, { push: [], pull: [] }],
    [off, { push: [], pull: [] }],
  ]);
  try {
    for (let round = 0; round < rounds; round++) {
      const payloads = await makePayloads(dir, 'encryption', AT_ONCE, SIZE_MIB);
      for (const server of round % 2 === 0 ? [on, off] : [off, on]) {
        const kept = measured.get(server);
        await touchMemory(dir, 2 * AT_ONCE * SIZE_MIB);
        kept?.push.push(await measure(server, AT_ONCE, () => Promise.all(payloads.map((it) => pushBlob(server, it)))));
        const digest = payloads[0]?.digest ?? '';
        kept?.pull.push(await measure(server, TIMES, () => pullBlob(server, digest, TIMES)));
      }
    }
    return (['push', 'pull'] as const).flatMap((kind) =>
      figuresOf({ kind, tls, on: measured.get(on)?.[kind] ?? [], off: measured.get(off)?.[kind] ?? [] }),
    );
  } finally {
    await on.stop();
    await off.stop();
  }
}

async function measure({ pid }: Server, blobs: number, work: () => Promise<unknown>): Promise<Round> {
  const before = await cpuSeconds(pid);
  const took = await seconds(work);
  const mib = blobs * SIZE_MIB;
  return { speed: mib / took, cpuPerGib: ((await cpuSeconds(pid)) - before) / (mib / 1024) };
}

interface Measured {
  readonly kind: Kind;
  readonly tls: boolean;
  readonly on: readonly Round[];
  readonly off: readonly Round[];
}

function figuresOf({ kind, tls, on, off }: Measured): Figure[] {
  const done =
    kind === 'push'
      ? `${AT_ONCE} blobs of ${SIZE_MIB} MiB pushed at once`
      : `a ${SIZE_MIB} MiB blob pulled ${TIMES} times`;
  const what = `${done} over ${tls ? 'HTTPS' : 'plain HTTP'}`;
  const usual = spreadOf(off.map((it) => it.speed)).median;
  return [
    reaching(
      `${what}: sealed through not sealed`,
      'x',
      on.map((it) => it.speed / usual),
      LEAST,
    ),
    told(
      `${what}, sealed`,
      'MiB/s',
      on.map((it) => it.speed),
    ),
    told(
      `${what}, not sealed`,
      'MiB/s',
      off.map((it) => it.speed),
    ),
    told(
      `${what}, sealed: all cores`,
      's/GiB',
      on.map((it) => it.cpuPerGib),
    ),
    told(
      `${what}, not sealed: all cores`,
      's/GiB',
      off.map((it) => it.cpuPerGib),
    ),
  ];
}
