import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeDatabase, parsePostgresUrl } from './postgres-url.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const port = fc.integer({ min: 1, max: 65_535 });
const password = fc.stringMatching(/^[ -~]{12,30}$/);

test('whatever a URL says is read as it was meant', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ host: name, port }), { minLength: 1, maxLength: 3 }),
      fc.record({ user: text, password, database: text }),
      (hosts, { user, password, database }) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        const places = hosts.map((it) => `${it.host}:${it.port}`).join(',');
        expect(parsePostgresUrl(`postgres://${u}:${p}@${places}/${d}`)).toMatchObject({
          hosts,
          user,
          password,
          database,
        });
        const words = `host=${hosts.map((it) => it.host)}&port=${hosts.map((it) => it.port)}`;
        const all = parsePostgresUrl(`postgresql:///?${words}&user=${u}&password=${p}&dbname=${d}`);
        expect(all).toMatchObject({ hosts, user, password, database });
      },
    ),
  );
});

test('neither a description nor an error shows the password', () => {
  fc.assert(
    fc.property(
      password,
      fc.constantFrom('', '?sslmode=no', '?nonsense=1', ':x', '/%zz', '?port=0'),
      (secret, rest) => {
        const url = `postgres://me:${encodeURIComponent(secret)}@db${rest}`;
        let shown: string;
        try {
          shown = describeDatabase(url);
        } catch (error) {
          shown = String(error);
        }
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(encodeURIComponent(secret));
      },
    ),
  );
});

test.each([
  ['postgres://me@db', { hosts: [{ host: 'db', port: 5432 }], database: 'me', password: undefined }],
  ['postgres://me@db/', { database: 'me', applicationName: 'berth', connectTimeoutMs: 3000, tls: { mode: 'prefer' } }],
  ['postgres://me@[::1]:6000/x', { hosts: [{ host: '::1', port: 6000 }] }],
  ['postgres://me@/x?host=/run/postgresql', { hosts: [{ host: '/run/postgresql', port: 5432 }] }],
  ['postgres://me@%2Frun%2Fpostgresql:7/x', { hosts: [{ host: '/run/postgresql', port: 7 }] }],
  [
    'postgres://me@a,b:7/x',
    {
      hosts: [
        { host: 'a', port: 5432 },
        { host: 'b', port: 7 },
      ],
    },
  ],
  [
    'postgres:///x?host=a,b&port=9&user=me',
    {
      hosts: [
        { host: 'a', port: 9 },
        { host: 'b', port: 9 },
      ],
    },
  ],
  [
    'postgres://me@db?sslmode=verify-full&sslrootcert=/a%20b',
    { tls: { mode: 'verify-full', rootCertificate: '/a b' } },
  ],
  ['postgres://me@db?sslmode=verify-ca&sslrootcert=system', { tls: { mode: 'verify-ca' } }],
  ['postgres://me@db?sslmode=require&sslrootcert=/ca', { tls: { mode: 'verify-ca', rootCertificate: '/ca' } }],
  ['postgres://me@db?sslcert=/c&sslkey=/k', { tls: { mode: 'prefer', certificate: '/c', key: '/k' } }],
  ['postgres://me@db?connect_timeout=9&application_name=b%20c', { connectTimeoutMs: 9000, applicationName: 'b c' }],
])('%s', (url, facts) => {
  expect(parsePostgresUrl(url)).toMatchObject(facts);
});

test.each([
  ['mysql://me@db', 'it is not of the form postgres://user:password@host:port/database'],
  ['postgres://db/x', 'it names no user'],
  ['postgres://me@/x', 'it names no host'],
  ['postgres://me@db:none/x', 'port must be a whole number from 1 to 65535'],
  ['postgres://me@db/%zz', 'its database has a % that is not followed by two hexadecimal digits'],
  ['postgres://me@a:b:c/x', 'port must be a whole number'],
  ['postgres://me@[::1/x', 'a host is not of the form host:port'],
  ['postgres://me@a/x?host=a,b,c&port=1,2', 'it does not name one port for each host'],
  [
    'postgres://me@db?sslmode=allow',
    'sslmode is "allow" and must be one of disable, prefer, require, verify-ca, verify-full',
  ],
  ['postgres://me@db?sslcert=/c', 'sslcert and sslkey belong together'],
  ['postgres://me@db?options=-c%20x', '"options" is none of the words host, port'],
  ['postgres://me@db?target_session_attrs=standby', 'target_session_attrs must be read-write'],
])('%s is refused', (url, why) => {
  expect(() => parsePostgresUrl(url)).toThrow(why);
});

test('a description says what is needed to find the database, and no more', () => {
  expect(describeDatabase('postgres://me:secret@a:1,[::1]:2/b%20c?sslcert=/c&sslkey=/k')).toBe(
    'postgres://me@a:1,[::1]:2/b%20c',
  );
  expect(describeDatabase('postgres://me@/x?host=/run')).toBe('postgres://me@%2Frun:5432/x');
});
