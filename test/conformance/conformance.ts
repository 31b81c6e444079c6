import { afterAll, beforeAll, describe } from 'vitest';
import { discovering } from './discovering.ts';
import { clientOf } from './http-client.ts';
import { malformed } from './malformed.ts';
import { managing } from './managing.ts';
import { manifests } from './manifests.ts';
import { pulling } from './pulling.ts';
import { ranges } from './ranges.ts';
import { referring } from './referring.ts';
import type { RegistryUnderTest, Subject } from './registry-under-test.ts';
import { uploading } from './uploading.ts';

/**
 * Berth's own conformance suite: distribution-spec 1.1 as a whole, and what the coming version adds, asked over HTTP of
 * the registry that `start` gives.
 */
export function conformance(name: string, start: () => Promise<RegistryUnderTest>): void {
  describe(`${name} conforms to OCI Distribution`, () => {
    let running: Subject | undefined;

    beforeAll(async () => {
      const registry = await start();
      running = { registry, client: clientOf(registry.url, registry.authorization) };
    });
    afterAll(() => running?.registry.stop());

    const subject = () => {
      if (running === undefined) throw new Error('the registry has not started');
      return running;
    };
    pulling(subject);
    ranges(subject);
    uploading(subject);
    manifests(subject);
    discovering(subject);
    referring(subject);
    managing(subject);
    malformed(subject);
  });
}
