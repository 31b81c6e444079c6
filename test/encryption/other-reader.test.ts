import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataKeys } from '../../src/kms/envelope/keys.ts';
import { sealWhole } from '../../src/kms/envelope/sealer.ts';
import { openSeal } from '../../src/registry/layer-seal.ts';
import { findLiveObject } from '../../src/storage/metadata/objects.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { findOnPath, sayMissing } from '../clients/client.ts';
import { pushLayer, sha256 } from '../manifests.ts';

const python = findOnPath('python3');
const READER = new URL('./read_envelope.py', import.meta.url).pathname;

interface Sealed {
  readonly file: Buffer;
  readonly keys: { readonly dataKeys: DataKeys; readonly context: Buffer };
}

/** What the reader makes of sealed files; undefined where it refuses one. */
function readByPython(sealed: readonly Sealed[]): (Buffer | undefined)[] {
  const lines = sealed.map(({ file, keys: { dataKeys, context } }) =>
    JSON.stringify({
      dataKeys: dataKeys.map((it) => it.toString('hex')),
      context: context.toString('hex'),
      file: file.toString('base64'),
    }),
  );
  const options = { input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync(python ?? '', [READER], options);
  expect(status, stderr).toBe(0);
  const answers: (string | null)[] = stdout
    .trimEnd()
    .split('\n')
    .map((it) => JSON.parse(it));
  return answers.map((it) => (it === null ? undefined : Buffer.from(it, 'base64')));
}

function define(): void {
  test.each([
    [1, 1],
    [2, 1],
    [1, 2],
    [2, 2],
  ] as const)('files of suite %d, sealed %d times', (suite, layers) => {
    const dataKeys = (layers === 1 ? [randomBytes(32)] : [randomBytes(32), randomBytes(32)]) as unknown as DataKeys;
    const wrapped = (layers === 1 ? [randomBytes(97)] : [randomBytes(97), randomBytes(97)]) as unknown as DataKeys;
    const context = randomBytes(50);
    const sealing = { header: { suite, log2: 12, salt: randomBytes(32), wrapped }, dataKeys, context };
    const plaintexts = [0, 1, 4095, 4096, 4097, 10_000].map((size) => randomBytes(size));
    const files = plaintexts.map((it) => sealWhole(sealing, it));
    const changed = files.filter((it) => it.length > 300).map((it) => Buffer.from(it.with(300, (it[300] ?? 0) ^ 1)));
    expect(changed.length).toBeGreaterThan(0);

    const read = readByPython([...files, ...changed].map((file) => ({ file, keys: sealing })));

    expect(read).toEqual([...plaintexts, ...changed.map(() => undefined)]);
  });

  describe('an object of a Berth', () => {
    let berth: TestBerth;
    beforeAll(async () => {
      berth = await startBerth();
    });
    afterAll(() => berth.stop());

    test('that was pushed in one go is one such file', async () => {
      await berth.createRepository('app');
      const layer = randomBytes(700_000);
      await pushLayer(berth.world, berth.registry, 'app', layer);
      const row = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(layer)));
      const stored = await berth.world.blobs.read(row?.object_key ?? '');
      const opened = await openSeal(berth.world, {
        object_key: row?.object_key ?? '',
        account: berth.registry.account,
        seal: row?.seal ?? Buffer.alloc(0),
      });

      const file = await buffer(stored ?? Readable.from([]));
      expect(file.length).toBe(row?.stored_size);
      expect(readByPython([{ file, keys: opened }])[0]?.equals(layer)).toBe(true);
    });
  });
}

const hasCryptography = python !== undefined && spawnSync(python, ['-c', 'import cryptography']).status === 0;
if (hasCryptography) describe('a reader that shares no code with Berth opens', define);
else sayMissing('a reader of sealed files in Python', ['python3 with cryptography']);
