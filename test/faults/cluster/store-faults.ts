import { addressIn } from '../../cluster-node.ts';
import { type Fault as S3Fault, startS3Proxy } from '../../servers/s3-proxy.ts';
import { networkFaults } from './network-faults.ts';
import { type Fault, pass } from './run-fault.ts';

const killed: Fault = {
  name: 'kill -9 of the S3 gateway',
  async happen({ s3 }, ms) {
    await s3.kill();
    await pass(ms);
    await s3.restart();
  },
};

/** It keeps whoever writes, or deletes, waiting until there is room; what is there can be read. */
const full: Fault = {
  name: 'full disks of S3',
  pullsGoOn: true,
  async happen({ s3 }, ms) {
    await s3.fill();
    await pass(ms);
    await s3.makeRoom();
  },
};

/** Between two answers that go wrong, of each sort. */
const EACH_MS = 40;

/** Again and again one request of each of these sorts is answered like this. */
function answering(name: string, how: S3Fault['how'], on: readonly S3Fault['on'][]): Fault {
  return {
    name,
    async happen({ nodes, s3 }, ms) {
      const proxy = await startS3Proxy(s3.endpoint);
      const leadTo = (endpoint: string) => {
        for (const { store } of nodes) {
          store.leadTo(addressIn(endpoint));
          store.resetAll();
        }
      };
      leadTo(proxy.endpoint);
      const until = performance.now() + ms;
      while (performance.now() < until) {
        for (const it of on) proxy.inject({ on: it, how });
        await pass(EACH_MS);
      }
      leadTo(s3.endpoint);
      await proxy.stop();
    },
  };
}

const WRITES = ['put', 'put-part', 'complete-parts', 'remove'] as const;

export const storeFaults: readonly Fault[] = [
  // First: no pull may fail, and what others break is felt for a moment longer.
  full,
  killed,
  ...networkFaults('S3', ({ nodes }) => nodes.map((it) => it.store)),
  answering('S3 answers 503 SlowDown', 'slow-down', ['get', 'head', 'begin-parts', ...WRITES]),
  answering('S3 cuts its answers short', 'truncate', ['get']),
  answering('S3 commits, and its answer is lost', 'lose-answer', WRITES),
  answering('S3 commits, and answers 500', 'fail-afterwards', WRITES),
];
