import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createRepository } from '../src/registry/create-repository.ts';
import { type BerthOptions, startBerth, type TestBerth } from './berth.ts';
import { account, loginOf, passwordOf } from './identity.ts';

export interface SharedBerth {
  /** The Berth with a new account in place of its first: nothing that another test did in its own is seen from there. */
  account(): Promise<TestBerth>;
  /** The same Berth with its first account, 123456789012: for tests that only ask. */
  first(): TestBerth;
}

/**
 * One Berth for all tests of a file, or of the `describe` that this is called in: an account takes a hundredth of the
 * time. For tests that look at what is one account's. Its clock goes on from test to test, and never back, and clients of
 * the SDK lose it when it is minutes ahead: who passes more time, restarts, breaks or counts all that there is takes an
 * `ownBerth`.
 */
export function sharedBerth(options: BerthOptions = {}): SharedBerth {
  let shared: TestBerth | undefined;
  beforeAll(async () => {
    shared = await startBerth(options);
  });
  afterAll(() => shared?.stop());

  const first = () => {
    if (shared === undefined) throw new Error('The Berth starts before the first test of its file.');
    return shared;
  };
  return { first, account: () => accountOf(first()) };
}

/** One for this test alone, in a file whose others share one. It ends with the test. */
export async function ownBerth(options: BerthOptions = {}): Promise<TestBerth> {
  const berth = await startBerth(options);
  onTestFinished(() => berth.stop());
  return berth;
}

async function accountOf(shared: TestBerth): Promise<TestBerth> {
  const { account: id, accessKeyId, secretAccessKey } = await account(shared);
  const key = { accessKeyId, secretAccessKey };
  const registry = { account: id, region: shared.registry.region };
  const beginning = shared.log.length;
  return {
    url: shared.url,
    host: shared.host,
    ca: shared.ca,
    settings: shared.settings,
    world: shared.world,
    registry,
    ...key,
    password: await passwordOf(shared, key),
    authorization: await loginOf(shared, key),
    get log() {
      return shared.log.slice(beginning);
    },
    pass(ms) {
      if (ms < 0) throw new Error('The clock is that of other tests too: it never goes back.');
      shared.pass(ms);
    },
    settle: shared.settle,
    createRepository: (repositoryName, wanted = {}) =>
      createRepository(shared.world, { registry, repositoryName, ...wanted }),
    restart: () => Promise.reject(new Error('A Berth that tests share is not restarted: start one of your own.')),
    // It ends with its file.
    stop: async () => undefined,
  };
}
