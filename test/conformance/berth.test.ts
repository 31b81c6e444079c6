import { expect } from 'vitest';
import { startBerth } from '../berth.ts';
import { conformance } from './conformance.ts';
import type { RegistryUnderTest } from './registry-under-test.ts';

conformance('Berth', async (): Promise<RegistryUnderTest> => {
  const berth = await startBerth();
  let made = 0;
  return {
    url: berth.url,
    authorization: berth.authorization,
    async freshRepository() {
      const { name } = await berth.createRepository(`conformance/repository-${made++}`);
      return name;
    },
    async stop() {
      // Whatever was asked in here, nothing of it is a fault of ours.
      expect(berth.log.filter((it) => it['level'] === 'error')).toEqual([]);
      await berth.stop();
    },
  };
});
