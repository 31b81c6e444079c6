import { curl } from '../clients/curl.ts';
import { pullBlob } from '../clients/pull-blob.ts';
import { pushBlob } from '../clients/push-blob.ts';
import { against } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import { REPOSITORY, type Server } from '../servers/server.ts';
import type { Case } from './case.ts';
import { inTurn, seconds, startPair } from './pair.ts';

const MIB = 1024 * 1024;
const SIZE_MIB = 100;
const TIMES = 5;
const [RANGES, AT_ONCE] = [64, 16];

export const pull: Case = {
  name: 'pull',
  async run(surroundings) {
    const rounds = surroundings.isQuick ? 1 : 9;
    const pair = await startPair(surroundings);
    try {
      const [payload] = await makePayloads(surroundings.dir, 'pull', 1, SIZE_MIB);
      if (payload === undefined) throw new Error('Nothing to push.');
      for (const server of pair.servers) await pushBlob(server, payload);
      const blob = async () => payload.digest;

      const whole = await inTurn(pair, rounds, blob, async (server, digest) => {
        return (SIZE_MIB * TIMES) / (await seconds(() => pullBlob(server, digest, TIMES)));
      });
      const ranges = await inTurn(pair, rounds, blob, async (server, digest) => {
        return RANGES / (await seconds(() => pullRanges(server, digest)));
      });
      return [
        against(`pull a ${SIZE_MIB} MiB blob, ${TIMES} times in a row`, 'MiB/s', whole, 1),
        against(`pull ${RANGES} ranges of 1 MiB, ${AT_ONCE} at a time`, 'MiB/s', ranges, 1),
      ];
    } finally {
      await pair.stop();
    }
  },
};

/** One curl, sixteen connections: --next gives each transfer a range of its own. */
function pullRanges({ url, headers }: Server, digest: string): Promise<string> {
  const blob = `${url}/v2/${REPOSITORY}/blobs/${digest}`;
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const transfers = Array.from({ length: RANGES }, (_, i) => {
    const range = `${i * MIB}-${(i + 1) * MIB - 1}`;
    return [...(i === 0 ? [] : ['--next', '-sS', '--fail', ...given]), '-r', range, '-o', '/dev/null', blob];
  });
  return curl(['--parallel', '--parallel-immediate', '--parallel-max', String(AT_ONCE), ...transfers.flat()], headers);
}
