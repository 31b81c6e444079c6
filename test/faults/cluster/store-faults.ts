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

export const storeFaults: readonly Fault[] = [
  killed,
  ...networkFaults('S3', ({ nodes }) => nodes.map((it) => it.store)),
];
