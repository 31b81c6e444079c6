import { join } from 'node:path';
import type { Measured } from '../figure.ts';
import { type BerthServer, startBerth } from '../servers/berth.ts';
import { type PeerLogin, startPeer } from '../servers/peer.ts';
import type { Server } from '../servers/server.ts';
import type { Surroundings } from './case.ts';

export interface Pair {
  readonly berth: BerthServer;
  readonly peer: Server | undefined;
  /** Those that run. */
  readonly servers: readonly Server[];
  stop(): Promise<void>;
}

/** Starts both on folders of their own on the same disk. */
export async function startPair({ dir, hasPeer }: Surroundings, login: PeerLogin = 'none'): Promise<Pair> {
  const berth = await startBerth(join(dir, 'berth'));
  const peer = hasPeer ? await startPeer(join(dir, 'peer'), login) : undefined;
  return {
    berth,
    peer,
    servers: peer ? [berth, peer] : [berth],
    async stop() {
      await berth.stop();
      await peer?.stop();
    },
  };
}

/**
 * Measures both in turn, so that what else the machine does falls on both alike; who begins changes each round.
 * `prepare` is not measured and runs once a round, before both.
 */
export async function inTurn<T>(
  { berth, peer, servers }: Pair,
  rounds: number,
  prepare: (round: number) => Promise<T>,
  measure: (server: Server, prepared: T) => Promise<number>,
): Promise<Measured> {
  const measured = { berth: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const prepared = await prepare(round);
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const value = await measure(server, prepared);
      if (server === berth) measured.berth.push(value);
      if (server === peer) measured.peer.push(value);
    }
  }
  return measured;
}

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
