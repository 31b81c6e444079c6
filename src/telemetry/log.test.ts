import { expect, test } from 'vitest';
import { startLog } from './log.ts';

function logLines(level: 'debug' | 'info' | 'silent' = 'info') {
  const lines: string[] = [];
  return { lines, log: startLog(level, { write: (line) => lines.push(line) }) };
}

test('a line is one JSON object with level, time, constant message and the fields of its parents', () => {
  const { lines, log } = logLines();

  log.child({ requestId: 'id-1' }).info({ status: 201 }, 'request answered');

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines.join())).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    requestId: 'id-1',
    status: 201,
    message: 'request answered',
  });
});

test('an error shows its stack', () => {
  const { lines, log } = logLines();

  log.error({ err: new Error('a bug') }, 'request failed');

  expect(JSON.parse(lines.join())).toMatchObject({
    err: { message: 'a bug', stack: expect.stringContaining('log.test.ts') },
  });
});

test('secrets are not written, however deep a caller hides them', () => {
  const { lines, log } = logLines();
  const error = Object.assign(new Error('a bug'), { request: { headers: { Authorization: 'hush' } } });

  log.info({ password: 'hush', deep: [{ pair: { secretAccessKey: 'hush' } }], status: 1 }, 'done');
  log.child({ sessionToken: 'hush' }).info({}, 'done');
  log.error({ err: error }, 'request failed');

  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toContain('[redacted]');
  expect(lines.join()).not.toContain('hush');
  expect(lines[0]).toContain('"status":1');
});

test('fields that run in a circle are cut', () => {
  const { lines, log } = logLines();
  const circle: Record<string, unknown> = {};
  circle['again'] = circle;

  log.info(circle, 'done');

  expect(lines.join()).toContain('[too deep]');
});

test('what is below the level is not written', () => {
  const { lines, log } = logLines();

  log.debug({}, 'looked');

  expect(lines).toEqual([]);
});
