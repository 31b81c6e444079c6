import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { StorageFull } from '../blobs/port.ts';
import { DatabaseUnavailable } from './port.ts';
import { asPortError, isNoRoom, PostgresFailure, postgresFailure } from './postgres-failure.ts';

function answered(code: string, severity = 'ERROR'): PostgresFailure {
  const error = new DatabaseError('as the server said', 10, 'error');
  error.code = code;
  error.severity = severity;
  return postgresFailure(error, severity === 'FATAL');
}

test.each([
  ['40001', 'conflict', DatabaseUnavailable],
  ['40P01', 'conflict', DatabaseUnavailable],
  ['55P03', 'conflict', DatabaseUnavailable],
  ['23503', 'key', PostgresFailure],
  ['23505', 'key', PostgresFailure],
  ['25006', 'gone', DatabaseUnavailable],
  ['53300', 'gone', DatabaseUnavailable],
  ['57P01', 'gone', DatabaseUnavailable],
  ['57P03', 'gone', DatabaseUnavailable],
  ['08P01', 'gone', DatabaseUnavailable],
  ['57014', 'slow', DatabaseUnavailable],
  ['53100', 'full', StorageFull],
  ['42P01', 'other', PostgresFailure],
] as const)('what the server means by %s is %s', (code, kind, told) => {
  const failure = answered(code);
  expect(failure.kind).toBe(kind);
  expect(asPortError(failure)).toBeInstanceOf(told);
  expect(asPortError(failure)).toHaveProperty('message', expect.stringContaining('as the server said'));
});

test('a connection that the server ended is gone, whatever it says, but for a login that it refuses', () => {
  expect(answered('XX000', 'FATAL')).toMatchObject({ kind: 'gone', isFatal: true });
  expect(answered('28P01', 'FATAL').kind).toBe('other');
  expect(answered('3D000', 'FATAL').kind).toBe('other');
});

test('without an answer it depends on whether the connection still stands', () => {
  expect(postgresFailure(new Error('read ECONNRESET'), true).kind).toBe('gone');
  expect(postgresFailure(new Error('a number too large'), false).kind).toBe('other');
});

test('an error of the caller stays what it is', () => {
  const error = new Error('changed its mind');
  expect(asPortError(error)).toBe(error);
  expect(isNoRoom(error)).toBe(false);
});
