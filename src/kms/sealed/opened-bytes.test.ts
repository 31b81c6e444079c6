import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { READ_SIZE } from '../../bytes/read-buffers.ts';
import type { ObjectBytes } from '../../storage/blobs/port.ts';
import { contextOf, type DataKeys } from '../envelope/keys.ts';
import type { Seal } from '../envelope/seal.ts';
import { sealWhole } from '../envelope/sealer.ts';
import { readSealed } from './read-sealed.ts';

const FRAME = 256 * 1024;
const MIB = 1024 * 1024;
const context = contextOf({ installation: 'i', account: '111111111111', kind: 'layer', object: 'o' });
const dataKeys: DataKeys = [randomBytes(32)];
const opened: Readable[] = [];
afterAll(() => {
  for (const it of opened) it.destroy();
});

/** A stored object of one segment, which is read in pieces of `piece` bytes. */
function stored(plaintext: Buffer, { piece = 100_000 } = {}) {
  const salt = randomBytes(32);
  const header = { suite: 1, log2: 18, wrapped: [randomBytes(32)], salt } as const;
  const bytes = sealWhole({ header, dataKeys, context }, plaintext);
  const segment = { salt, offset: 0, length: plaintext.length, isWhole: true };
  const seal: Seal = { ...header, repositoryArn: 'r', objectArn: 'o', segments: [segment] };
  const sources: (Readable & { givenBack: number; given: number })[] = [];
  async function read(_key: string, range = { first: 0, last: bytes.length - 1 }): Promise<ObjectBytes> {
    let at = range.first;
    const source = Object.assign(
      new Readable({
        objectMode: true,
        highWaterMark: 1,
        read() {
          const chunk = Buffer.from(bytes.subarray(at, Math.min(at + piece, range.last + 1)));
          at += chunk.length;
          source.given += chunk.length;
          this.push(chunk.length > 0 ? chunk : null);
        },
      }),
      {
        given: 0,
        givenBack: 0,
        giveBack(chunk: Uint8Array) {
          source.givenBack += chunk.length;
          chunk.fill(0xaa);
        },
      },
    );
    sources.push(source);
    return source;
  }
  const open = async (range?: { first: number; last: number }) => {
    const stream = await readSealed({ read }, 'k', seal, { dataKeys, context, range });
    if (stream === undefined) throw new Error('nothing there');
    opened.push(stream);
    return stream;
  };
  return { sources, open };
}

test.each([
  { size: 5 * MIB + 77, piece: 100_000 },
  { size: 3 * MIB, piece: 3 * MIB },
  { size: FRAME - 1, piece: 7_000 },
])('pieces of several frames, whose memory may be used again, are right when they come: $size', async (of) => {
  const plaintext = randomBytes(of.size);
  const { open, sources } = stored(plaintext, of);
  const both = await Promise.all([open(), open()]);

  await Promise.all(
    both.map(async (stream) => {
      let at = 0;
      const sizes: number[] = [];
      for await (const chunk of stream) {
        expect(plaintext.subarray(at, at + chunk.length).equals(chunk)).toBe(true);
        at += chunk.length;
        sizes.push(chunk.length);
        // As the next one whose bytes are put there would.
        chunk.fill(0x55);
        stream.giveBack?.(chunk);
      }
      expect(at).toBe(plaintext.length);
      expect(sizes.slice(0, -1).every((it) => it === READ_SIZE)).toBe(true);
    }),
  );
  expect(sources.map((it) => it.givenBack)).toEqual(sources.map((it) => it.given));
});

test('a range gives its bytes and reads no more than its frames', async () => {
  const plaintext = randomBytes(4 * MIB);
  const { open, sources } = stored(plaintext);
  const [first, last] = [FRAME * 3 - 10, FRAME * 6 + 10];

  expect(Buffer.concat(await (await open({ first, last })).toArray()).equals(plaintext.subarray(first, last + 1))).toBe(
    true,
  );
  expect(sources[0]?.given).toBe(5 * (FRAME + 16));
});

test('what nobody reads is not fetched', async () => {
  const { open, sources } = stored(randomBytes(16 * MIB));
  const stream = await open();
  await once(stream, 'readable');
  for (let turns = 0; turns < 50; turns++) await new Promise((resume) => setImmediate(resume));

  expect(sources[0]?.given).toBeLessThan(3 * READ_SIZE);
  expect(sources[0]?.isPaused()).toBe(true);
});

test('bytes that end early, break, or are more than there should be break the stream', async () => {
  const { open, sources } = stored(randomBytes(2 * MIB));
  const reads = await Promise.all([open(), open(), open(), open()]);
  const failures = reads.map((it) => it.toArray().then(String, (error: Error) => error.message));
  await Promise.all(sources.map((it) => once(it, 'data')));
  sources[0]?.push(null);
  sources[1]?.destroy(new Error('the line is cut'));
  sources[2]?.destroy();
  sources[3]?.push(randomBytes(3 * MIB));

  expect(await Promise.all(failures)).toEqual([
    expect.stringMatching('fewer bytes than it should have'),
    'the line is cut',
    'the stored bytes ended before their time',
    expect.stringMatching('a frame that was changed'),
  ]);
});

test('a stream that is left closes what it reads', async () => {
  const { open, sources } = stored(randomBytes(2 * MIB));
  const [early, late] = [await open(), await open()];
  await once(late, 'readable');
  early.destroy();
  late.destroy();
  await Promise.all(sources.map((it) => it.closed || once(it, 'close')));

  expect(sources.map((it) => it.destroyed)).toEqual([true, true]);
});
