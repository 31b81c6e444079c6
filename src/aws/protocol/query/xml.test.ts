import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODELS } from '../../model/models.ts';
import { escapeXml, percentEncode, renderXml } from './xml.ts';

describe('an answer in XML', () => {
  test('has members in the order of the model, lists, times in seconds, and nothing of what is absent', () => {
    const output = {
      IsTruncated: false,
      Marker: undefined,
      Users: [
        {
          Arn: 'arn:aws:iam::123456789012:user/a',
          CreateDate: new Date('2026-01-02T03:04:05.678Z'),
          UserName: 'a',
          Path: '/',
          UserId: 'AIDA',
        },
      ],
    };

    expect(renderXml(MODELS.iam, 'ListUsersResponse', output, 'ListUsersResult')).toBe(
      '<ListUsersResult><Users><member><Path>/</Path><UserName>a</UserName><UserId>AIDA</UserId>' +
        '<Arn>arn:aws:iam::123456789012:user/a</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate></member></Users>' +
        '<IsTruncated>false</IsTruncated></ListUsersResult>',
    );
  });

  test('has an element for a list, a map, a text or a structure that is empty', () => {
    expect(renderXml(MODELS.iam, 'ListUsersResponse', { Users: [] }, 'R')).toBe('<R><Users/></R>');
    expect(renderXml(MODELS.iam, 'GetAccountSummaryResponse', { SummaryMap: {} }, 'R')).toBe('<R><SummaryMap/></R>');
    const role = { Description: '', RoleLastUsed: {} };
    expect(renderXml(MODELS.iam, 'Role', role, 'R')).toBe('<R><Description/><RoleLastUsed/></R>');
  });

  test('has entries for a map', () => {
    expect(renderXml(MODELS.iam, 'GetAccountSummaryResponse', { SummaryMap: { Users: 2, Groups: 0 } }, 'R')).toBe(
      '<R><SummaryMap><entry><key>Users</key><value>2</value></entry><entry><key>Groups</key><value>0</value></entry></SummaryMap></R>',
    );
  });

  test('has policy documents percent-encoded, wherever they stand', () => {
    const document = '{"Version":"2012-10-17","Statement":[{"Resource":"*"}]}';
    const encoded = '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Resource%22%3A%22%2A%22%7D%5D%7D';

    expect(renderXml(MODELS.iam, 'Role', { AssumeRolePolicyDocument: document }, 'R')).toContain(`>${encoded}<`);
    expect(renderXml(MODELS.iam, 'PolicyVersion', { Document: document }, 'R')).toContain(`>${encoded}<`);
    expect(renderXml(MODELS.iam, 'PolicyDetail', { PolicyDocument: document }, 'R')).toContain(`>${encoded}<`);
  });

  test('has bytes in base64', () => {
    const report = { Content: Buffer.from('user,arn\n') };

    expect(renderXml(MODELS.iam, 'GetCredentialReportResponse', report, 'R')).toBe(
      '<R><Content>dXNlcixhcm4K</Content></R>',
    );
  });

  test.each([
    ['a text that is a number', 'User', { UserName: 7 }],
    ['a list that is a text', 'ListUsersResponse', { Users: 'a' }],
    ['null', 'User', { UserName: null }],
    ['a time that is none', 'User', { CreateDate: new Date(Number.NaN) }],
  ])('is not made of %s', (_, shapeName, output) => {
    expect(() => renderXml(MODELS.iam, shapeName, output, 'R')).toThrow(/where the model has/);
  });
});

test('any text comes out of XML as it went in, but for what XML cannot say', () => {
  const roundTrip = fc.property(fc.string({ unit: 'binary' }), (text) => {
    const escaped = escapeXml(text);

    expect(escaped).not.toMatch(/[<>"\r]|&(?!(?:amp|lt|gt|quot|#xD);)/);
    const back = escaped
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#xD;', '\r')
      .replaceAll('&amp;', '&');
    expect(back).toBe(text.replaceAll(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD'));
  });
  fc.assert(roundTrip, { numRuns: 500 });
});

test('percent-encoding leaves the unreserved characters alone, and is undone by decoding', () => {
  const roundTrip = fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    const encoded = percentEncode(text);

    expect(encoded).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
    expect(decodeURIComponent(encoded)).toBe(text);
  });
  fc.assert(roundTrip);
});
