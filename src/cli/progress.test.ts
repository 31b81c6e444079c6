import { describe, expect, test } from 'vitest';
import { bytes, lineOf, progressBar } from './progress.ts';

const GIB = 1024 ** 3;

describe('the line', () => {
  test('says how far it is, and after a second how long it takes', () => {
    const progress = { step: 'copying layers', done: GIB, total: 4 * GIB, unit: 'bytes' } as const;

    expect(lineOf(progress, { ms: 500, since: 0 })).toBe(
      'copying layers [######..................] 25%  1.0 GiB of 4.0 GiB',
    );
    expect(lineOf(progress, { ms: 10_000, since: 0 })).toMatch(/ of 4\.0 GiB, 30 s left$/);
    // What an earlier run had done says nothing of this one's speed.
    expect(lineOf(progress, { ms: 10_000, since: GIB / 2 })).toMatch(/, 1 min left$/);
  });

  test('of a step whose end nobody knows is the step, and nothing to do is done', () => {
    expect(lineOf({ step: 'waiting' }, { ms: 0, since: 0 })).toBe('waiting');
    expect(lineOf({ step: 'rows', done: 0, total: 0, unit: 'rows' }, { ms: 0, since: 0 })).toContain('100%');
  });
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1536 * 1024, '1.5 MiB'],
  [5 * 1024 ** 5, '5.0 PiB'],
])('%d bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

describe('the bar', () => {
  function on(isTTY: boolean) {
    const written: string[] = [];
    let now = 0;
    const stream = { isTTY, columns: 60, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
    const bar = progressBar(stream, () => now);
    return { bar, written, pass: (ms: number) => (now += ms) };
  }

  test('is drawn ten times a second at most, within the line, and leaves it empty', () => {
    const { bar, written, pass } = on(true);

    for (let done = 0; done < 1_000; done++) {
      bar.show({ step: 'copying', done, total: 1_000 });
      pass(1);
    }
    bar.end();

    expect(written).toHaveLength(11);
    expect(written.at(-1)).toBe('\r\u001b[2K');
    expect(Math.max(...written.map((it) => it.length))).toBeLessThan(60 + '\r\u001b[2K'.length);
  });

  test('is not drawn where nobody looks', () => {
    const { bar, written } = on(false);

    bar.show({ step: 'copying', done: 1, total: 2 });
    bar.end();

    expect(written).toEqual([]);
  });
});
