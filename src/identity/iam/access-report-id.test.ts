import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accessReportId, parseAccessReportId } from './access-report-id.ts';

const secrets = { mac: (purpose: string, message: string) => createHmac('sha256', purpose).update(message).digest() };
const report = { subjectId: 'AIDAABCDEFGHIJKLMNOPQ', granularity: 'SERVICE_LEVEL', askedAt: new Date(1e12) } as const;

test('an id of a report has 36 characters and says what it is of, to its account alone', () => {
  const granularity = fc.constantFrom('SERVICE_LEVEL' as const, 'ACTION_LEVEL' as const);
  fc.assert(
    fc.property(granularity, fc.integer({ min: 0, max: 0xffffffff }), (level, seconds) => {
      const asked = { ...report, granularity: level, askedAt: new Date(seconds * 1_000) };
      const id = accessReportId(secrets, '111111111111', asked);
      expect(id).toHaveLength(36);
      expect(parseAccessReportId(secrets, '111111111111', id)).toEqual(asked);
      expect(parseAccessReportId(secrets, '222222222222', id)).toBeUndefined();
    }),
  );
});

test('any other text is no id', () => {
  const id = accessReportId(secrets, '111111111111', report);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.nat(35), (text, at) => {
      expect(parseAccessReportId(secrets, '111111111111', text)).toBeUndefined();
      const changed = `${id.slice(0, at)}${id[at] === 'x' ? 'y' : 'x'}${id.slice(at + 1)}`;
      expect(parseAccessReportId(secrets, '111111111111', changed)).toBeUndefined();
    }),
  );
});
