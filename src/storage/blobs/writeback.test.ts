import { expect, test } from 'vitest';
import { StorageFull } from './port.ts';
import { writeback } from './writeback.ts';

test('syncs while more is written, one sync at a time, and at the end only what is left', async () => {
  const file = fileWithSyncsInHand();
  const syncs = writeback(file, 0, 10);

  await syncs.wrote(9);
  expect(file.begun()).toBe(0);
  await syncs.wrote(10);
  await syncs.wrote(39);
  expect(file.begun()).toBe(1);
  expect(syncs.durable).toBe(0);

  file.succeed();
  await syncs.settle();
  expect(syncs.durable).toBe(10);

  const finished = syncs.finish(39);
  await settled();
  expect(file.begun()).toBe(2);
  file.succeed();
  await finished;
  expect(syncs.durable).toBe(39);
  await syncs.finish(39);
  expect(file.begun()).toBe(2);
});

test('a writer that is far ahead of the disk waits for it', async () => {
  const file = fileWithSyncsInHand();
  const syncs = writeback(file, 0, 10);
  await syncs.wrote(10);
  let hasGoneOn = false;

  const ahead = syncs.wrote(40).then(() => {
    hasGoneOn = true;
  });
  await settled();
  expect(hasGoneOn).toBe(false);

  file.succeed();
  await ahead;
  expect([syncs.durable, file.begun()]).toEqual([10, 2]);
});

test('a failed sync is never forgotten, since the kernel would let a second one succeed', async () => {
  const file = fileWithSyncsInHand();
  const syncs = writeback(file, 0, 10);
  await syncs.wrote(20);

  file.fail(Object.assign(new Error('disk fault'), { code: 'EIO' }));
  await syncs.settle();

  await expect(syncs.wrote(30)).rejects.toThrow('disk fault');
  await expect(syncs.finish(30)).rejects.toThrow('disk fault');
  expect([file.begun(), syncs.durable]).toEqual([1, 0]);
});

test('a sync for which there is no room counts as a full store', async () => {
  const file = fileWithSyncsInHand();
  const finished = writeback(file, 0, 10).finish(1);

  await settled();
  file.fail(Object.assign(new Error('over quota'), { code: 'EDQUOT' }));

  await expect(finished).rejects.toThrow(StorageFull);
});

function fileWithSyncsInHand() {
  const syncs: PromiseWithResolvers<void>[] = [];
  return {
    datasync() {
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      return sync.promise;
    },
    begun: () => syncs.length,
    succeed: () => syncs.at(-1)?.resolve(),
    fail: (error: Error) => syncs.at(-1)?.reject(error),
  };
}

function settled(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}
