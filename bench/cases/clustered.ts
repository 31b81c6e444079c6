import { atOnce } from '../clients/at-once.ts';
import { pullBlob } from '../clients/pull-blob.ts';
import { type Payload, pushBlob } from '../clients/push-blob.ts';
import { makeSmallImage, pullSmallImage, pushSmallImage, type SmallImage } from '../clients/small-image.ts';
import { against, type Figure, told } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import { type Contestants, startContestants } from '../servers/contestants.ts';
import type { Server } from '../servers/server.ts';
import { missingForNodes } from '../servers/shared-storage.ts';
import { stolenTime } from '../stolen-time.ts';
import { touchMemory } from '../touched-memory.ts';
import type { Case } from './case.ts';
import { seconds } from './pair.ts';

const SIZE_MIB = 100;
const TIMES = 2;
const NAMES = ['node', 'cached', 'nodes', 'embedded', 'peer'] as const;

type Name = (typeof NAMES)[number];
type Rates = Record<Name, number[]>;

/** How many layers or small images one round has, and how many clients share them. */
interface Load {
  readonly clients: number;
  readonly count: number;
  readonly rounds: number;
}

/**
 * One Berth, one with a layer cache, and two of them behind haproxy, on PostgreSQL and S3, and one on SQLite and files,
 * each held against the peer on the same S3. What is pulled was pulled before, so that the cache has it. All of them, the database, the S3 and the clients share this machine: two nodes have no more
 * cores than one, and show what the balancer and the sharing cost.
 */
export const clustered: Case = {
  name: 'clustered',
  async run({ dir, hasPeer, isQuick }) {
    const missing = missingForNodes();
    if (missing.length > 0) {
      process.stderr.write(`left out: not on this machine: ${missing.join(', ')} ... `);
      return [];
    }
    const all = await startContestants(dir, hasPeer);
    try {
      const trial = new Trial(dir, all);
      await trial.warmUp(isQuick ? 2 : 20);
      const rounds = (count: number) => (isQuick ? 1 : count);
      // What is pushed stays in memory, so there are fewer rounds of what is larger.
      for (const clients of [1, 4]) {
        await trial.layers({ clients, count: clients, rounds: rounds(clients === 1 ? 5 : 3) });
      }
      for (const [clients, count] of [
        [1, 12],
        [8, 40],
      ] as const) {
        await trial.smallImages({ clients, count: isQuick ? 8 : count, rounds: rounds(5) });
      }
      return trial.figures();
    } finally {
      await all.stop();
    }
  },
};

class Trial {
  readonly #dir: string;
  readonly #all: Contestants;
  readonly #figures: Figure[] = [];
  readonly #stolen: number[] = [];

  constructor(dir: string, all: Contestants) {
    this.#dir = dir;
    this.#all = all;
  }

  /** Everything measured so far. */
  figures(): Figure[] {
    return [...this.#figures, told('clustered: time that the host took away in a round', 'ms', this.#stolen)];
  }

  /** The first requests compile what the others run. */
  async warmUp(count: number): Promise<void> {
    const payloads = await this.#payloads(1);
    const images = Array.from({ length: count }, makeSmallImage);
    await this.#inTurns(1, async (server) => {
      await atOnce(payloads, 1, (it) => pushAndPull(server, it));
      await atOnce(images, 4, (it) => pushSmallImage(server, it));
      await atOnce(images, 4, (it) => pullSmallImage(server, it));
      return 0;
    });
  }

  async layers({ clients, count, rounds }: Load): Promise<void> {
    const pushed: Rates = ratesOf();
    let payloads: Payload[] = [];
    for (let round = 0; round < rounds; round++) {
      payloads = await this.#payloads(count);
      const push = async (server: Server) => {
        await touchMemory(this.#dir, 2 * count * SIZE_MIB);
        return (count * SIZE_MIB) / (await seconds(() => atOnce(payloads, clients, (it) => pushBlob(server, it))));
      };
      await this.#inTurns(1, push, pushed, round);
    }
    const pull = async (server: Server) => {
      const pulling = () => atOnce(payloads, clients, (it) => pullBlob(server, it.digest, TIMES));
      return (TIMES * count * SIZE_MIB) / (await seconds(pulling));
    };
    await this.#inTurns(1, pull);
    const pulled = await this.#inTurns(rounds, pull);
    this.#tell(`push ${SIZE_MIB} MiB blobs, ${clients} at a time`, 'MiB/s', pushed);
    this.#tell(`pull ${SIZE_MIB} MiB blobs, ${clients} at a time`, 'MiB/s', pulled);
  }

  async smallImages({ clients, count, rounds }: Load): Promise<void> {
    const pushed: Rates = ratesOf();
    let images: SmallImage[] = [];
    for (let round = 0; round < rounds; round++) {
      images = Array.from({ length: count }, makeSmallImage);
      const push = async (server: Server) =>
        count / (await seconds(() => atOnce(images, clients, (it) => pushSmallImage(server, it))));
      await this.#inTurns(1, push, pushed, round);
    }
    const pull = async (server: Server) =>
      count / (await seconds(() => atOnce(images, clients, (it) => pullSmallImage(server, it))));
    await this.#inTurns(1, pull);
    const pulled = await this.#inTurns(rounds, pull);
    this.#tell(`push small images, ${clients} at a time`, 'images/s', pushed);
    this.#tell(`pull small images, ${clients} at a time`, 'images/s', pulled);
  }

  #payloads(count: number): Promise<Payload[]> {
    return makePayloads(this.#dir, 'clustered', count, SIZE_MIB);
  }

  /** Measures each of them once a round; who begins changes, so that what else the machine does falls on all alike. */
  async #inTurns(
    rounds: number,
    measure: (server: Server) => Promise<number>,
    rates: Rates = ratesOf(),
    first = 0,
  ): Promise<Rates> {
    for (let round = first; round < first + rounds; round++) {
      const before = await stolenTime();
      const turn = round % NAMES.length;
      for (const name of [...NAMES.slice(turn), ...NAMES.slice(0, turn)]) {
        const server = this.#all[name];
        if (server !== undefined) rates[name].push(await measure(server));
      }
      this.#stolen.push((await stolenTime()) - before);
    }
    return rates;
  }

  /** The peer is to be reached by a node by itself; the others are told, held against the same. */
  #tell(what: string, unit: string, { node, cached, nodes, embedded, peer }: Rates): void {
    this.#figures.push(
      against(`${what}: PostgreSQL and S3`, unit, { berth: node, peer }, 1),
      against(`${what}: the same with a layer cache`, unit, { berth: cached, peer }, 1),
      against(`${what}: two of them behind haproxy`, unit, { berth: nodes, peer }),
      against(`${what}: SQLite and files`, unit, { berth: embedded, peer }),
    );
  }
}

function ratesOf(): Rates {
  return { node: [], cached: [], nodes: [], embedded: [], peer: [] };
}

async function pushAndPull(server: Server, payload: Payload): Promise<void> {
  await pushBlob(server, payload);
  await pullBlob(server, payload.digest, 1);
}
