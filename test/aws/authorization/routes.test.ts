import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../../src/distribution/routes.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import { loginOf } from '../../identity.ts';
import { type Cast, castOf } from './cast.ts';
import { type Column, columnsOf, sentence, type Verdict } from './columns.ts';
import { DOCKER_ROWS } from './docker-rows.ts';
import { NOBODY_IS_DENIED, type Row } from './rows.ts';

let berth: TestBerth;
let client: Client;
let cast: Cast;
beforeAll(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
  cast = await castOf(berth);
});
afterAll(() => berth.stop());

test('every route has a row, and every row a route', () => {
  expect(Object.keys(DOCKER_ROWS).sort()).toEqual(routes.map((it) => `${it.method} ${it.form}`).sort());
});

test.each(Object.entries(DOCKER_ROWS))('%s is refused to each as it should be', async (route, row) => {
  const [method = '', form = ''] = route.split(' ');
  const outcomes: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(columnsOf(cast))) {
    const verdict = verdictOn(row, column);
    if (verdict === undefined) continue;
    const said = await ask(method, form, column);
    outcomes[name] = verdict === 'passes' ? passed(said) : said;
    expected[name] = verdict === 'passes' ? 'passes' : refusal(method, verdict, row, column);
  }
  expect(outcomes).toEqual(expected);
});

/** Either action is enough; who has neither is told of the first. */
function verdictOn(row: Row, column: Column): Verdict | undefined {
  const verdicts = [row.action, row.orAction ?? row.action].map((action) => column.verdict(action, row));
  const verdict = verdicts.find((it) => it === 'passes') ?? verdicts[0];
  return row.action === NOBODY_IS_DENIED && typeof verdict === 'object' ? 'passes' : verdict;
}

interface Said {
  readonly status: number;
  readonly body: unknown;
}

async function ask(method: string, form: string, column: Column): Promise<Said> {
  const { owner = cast.owner, repository } = column;
  const path = form.replace('{name}', repository).replace('{reference}', `sha256:${'0'.repeat(64)}`);
  const host = `${owner}.dkr.ecr.${berth.registry.region}.amazonaws.com`;
  const answer = await client.send(method, path, {
    headers: { Host: host },
    authorization: await authorizationOf(column),
  });
  return { status: answer.status, body: bodyOf(answer.body.toString('utf8')) };
}

async function authorizationOf({
  isSigned = true,
  hasWrongSecret = false,
  login,
  who,
}: Column): Promise<string | null> {
  if (!isSigned) return null;
  const usual = login ?? (await loginOf(berth, who.credentials));
  if (!hasWrongSecret) return usual;
  const [user, password = ''] = Buffer.from(usual.slice('Basic '.length), 'base64').toString('utf8').split(':');
  // The first letter but one is of the claims, not of their MAC: it is these that may not be changed.
  const changed = `${password.slice(0, 1)}${password[1] === 'X' ? 'W' : 'X'}${password.slice(2)}`;
  return `Basic ${Buffer.from(`${user}:${changed}`).toString('base64')}`;
}

function bodyOf(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text;
}

const UNKNOWN = {
  unsigned: { status: 401, body: 'Not Authorized' },
  'wrongly signed': { status: 401, body: denied('Not Authorized') },
  expired: { status: 403, body: denied('Your authorization token has expired. Reauthenticate and try again.') },
  revoked: { status: 401, body: denied('Not Authorized') },
} as const;

function denied(message: string) {
  return { errors: [{ code: 'DENIED', message }] };
}

function refusal(method: string, verdict: Exclude<Verdict, 'passes'>, row: Row, column: Column): Said {
  const { owner = cast.owner, repository, who } = column;
  const name = row.on === 'repository' ? repository : '*';
  const resource = `arn:aws:ecr:${berth.registry.region}:${owner}:repository/${name}`;
  const said =
    typeof verdict === 'string'
      ? UNKNOWN[verdict]
      : { status: 403, body: denied(sentence(who.arn, row.action, resource, verdict)) };
  return method === 'HEAD' ? { ...said, body: '' } : said;
}

/** `passes` when the door did not turn him away, and nothing broke. */
function passed(said: Said): unknown {
  return said.status < 500 && said.status !== 401 && said.status !== 403 ? 'passes' : said;
}
