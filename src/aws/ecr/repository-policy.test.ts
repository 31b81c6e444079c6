import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetRepositoryPolicyCommand,
  ListImagesCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { account, allowing, remove, role, session, type TestAccount, user } from '../../../test/identity.ts';

const A = '123456789012';
const repositoryName = 'app';
const INVALID = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'";
const READS = ['ecr:DescribeImages', 'ecr:ListImages'];

let berth: TestBerth;
let root: ECRClient;
let other: TestAccount;
beforeAll(async () => {
  berth = await startBerth();
  root = ecrClient(berth);
  other = await account(berth);
});
afterAll(() => berth.stop());
beforeEach(async () => {
  await root.send(new DeleteRepositoryCommand({ repositoryName, force: true })).catch(() => undefined);
  await root.send(new CreateRepositoryCommand({ repositoryName }));
});

function policy(effect: 'Allow' | 'Deny', principal: unknown, actions: unknown = READS, more: object = {}): string {
  const statement = { Effect: effect, Principal: principal, Action: actions, ...more };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function set(policyText: string, { by = root, force }: { by?: ECRClient; force?: boolean } = {}) {
  return by.send(new SetRepositoryPolicyCommand({ repositoryName, registryId: A, policyText, force }));
}

async function shown(): Promise<string | undefined> {
  return (await root.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText;
}

function list(by: ECRClient) {
  return by.send(new ListImagesCommand({ repositoryName, registryId: A }));
}

describe('a repository policy', () => {
  test('is answered as it was given, until it is deleted', async () => {
    const text = `${policy('Allow', { AWS: [A, `arn:aws:iam::${A}:root`] })} `;
    const named = { registryId: A, repositoryName, policyText: text };

    expect(await set(text)).toMatchObject(named);
    expect(await root.send(new GetRepositoryPolicyCommand({ repositoryName }))).toMatchObject(named);
    expect(await root.send(new DeleteRepositoryPolicyCommand({ repositoryName }))).toMatchObject(named);

    const gone = `Repository policy does not exist for the repository with name 'app' in the registry with id '${A}'`;
    for (const Command of [GetRepositoryPolicyCommand, DeleteRepositoryPolicyCommand]) {
      await expect(root.send(new Command({ repositoryName }))).rejects.toEqual(
        refused('RepositoryPolicyNotFoundException', gone),
      );
    }
  });

  test('is replaced as a whole', async () => {
    await set(policy('Allow', '*', 'ecr:ListImages'));
    await set(policy('Allow', '*', 'ecr:DescribeImages'));
    const someone = ecrClient(berth, { credentials: await user(berth) });

    await expect(list(someone)).rejects.toEqual(refused('AccessDeniedException', /no identity-based policy allows/));
    await someone.send(new DescribeImagesCommand({ repositoryName }));
  });

  test('is for a repository that exists, which is looked at first', async () => {
    const missing = { repositoryName: 'none' };
    const error = refused('RepositoryNotFoundException', /The repository with name 'none' does not exist/);

    await expect(root.send(new SetRepositoryPolicyCommand({ ...missing, policyText: '{' }))).rejects.toEqual(error);
    await expect(root.send(new GetRepositoryPolicyCommand(missing))).rejects.toEqual(error);
    await expect(root.send(new DeleteRepositoryPolicyCommand(missing))).rejects.toEqual(error);
  });

  test('goes with its repository: a namesake has none', async () => {
    await set(policy('Allow', '*'));
    await root.send(new DeleteRepositoryCommand({ repositoryName }));
    await root.send(new CreateRepositoryCommand({ repositoryName }));

    await expect(shown()).rejects.toEqual(refused('RepositoryPolicyNotFoundException', /does not exist/));
    await expect(list(ecrClient(berth, { credentials: await user(berth) }))).rejects.toThrow('is not authorized');
    const rows = berth.world.metadata.read((tx) => tx.selectFrom('resource_policies').selectAll().execute());
    expect(await rows).toEqual([]);
  });

  test('has at most 10,240 characters', async () => {
    const rest = policy('Allow', '*', READS, { Sid: '' }).length;
    const text = policy('Allow', '*', READS, { Sid: 's'.repeat(2_000) });
    const filled = text + ' '.repeat(10_240 - text.length);
    expect(rest).toBeLessThan(text.length);

    await set(filled);
    await expect(set(`${filled} `)).rejects.toEqual(
      refused('InvalidParameterException', /length less than or equal to 10240/),
    );
  });
});

describe('what is no repository policy is refused in the words that clients look for', () => {
  test.each([
    ['no JSON', '{'],
    ['an empty text', ''],
    ['a statement without principal', JSON.stringify(allowing('ecr:*'))],
    ['an action of another service', policy('Allow', '*', 's3:GetObject')],
    ['a name twice', `{"Version":"2012-10-17","Version":"2012-10-17",${policy('Allow', '*').slice(24)}`],
    ['part of a name', policy('Allow', { AWS: `arn:aws:iam::${A}:user/*` })],
    ['a user who does not exist', policy('Allow', { AWS: `arn:aws:iam::${A}:user/nobody` })],
    ['a role that does not exist', policy('Deny', { AWS: `arn:aws:iam::${A}:role/nobody` })],
    ['an id that nobody has', policy('Allow', { AWS: 'AIDAAAAAAAAAAAAAAAAAA' })],
    ['a group', policy('Allow', { AWS: `arn:aws:iam::${A}:group/all` })],
    [
      'all but one, who are allowed',
      JSON.stringify({ Statement: { Effect: 'Allow', NotPrincipal: '*', Action: '*' } }),
    ],
  ])('%s', async (_, text) => {
    await expect(set(text, { force: true })).rejects.toEqual(
      refused('InvalidParameterException', new RegExp(`^${RegExp.escape(INVALID)}`)),
    );
    await expect(shown()).rejects.toEqual(refused('RepositoryPolicyNotFoundException', /./));
  });
});

describe('who would lock himself out', () => {
  const SETS = 'ecr:SetRepositoryPolicy';

  test('by a Deny is refused unless he forces it, and may not change it any more', async () => {
    const text = policy('Deny', '*', SETS);

    await expect(set(text)).rejects.toEqual(refused('InvalidParameterException', /Invalid repository policy provided/));
    await set(text, { force: true });

    await expect(set(text)).rejects.toEqual(
      refused('AccessDeniedException', /with an explicit deny in a resource-based policy$/),
    );
    await root.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
  });

  test('by taking away what only the policy gave him is refused too', async () => {
    const friend = await user(berth, { account: other.account, policies: [allowing('ecr:*')] });
    await set(policy('Allow', { AWS: friend.arn }, SETS));
    const by = ecrClient(berth, { credentials: friend });

    const without = policy('Allow', { AWS: friend.arn }, READS);
    await expect(set(without, { by })).rejects.toThrow('It would not allow you to set another one later');
    await set(policy('Allow', { AWS: other.account }, SETS), { by });
    await set(without, { by, force: true });

    await expect(set(without, { by })).rejects.toThrow('no resource-based policy allows');
  });

  test('is not he who may by policies of his own', async () => {
    const admin = await user(berth, { policies: [allowing('ecr:*')] });

    await set(policy('Allow', '*', READS), { by: ecrClient(berth, { credentials: admin }) });
  });

  test('is not he who is spared by a condition', async () => {
    await set(policy('Deny', '*', SETS, { Condition: { StringNotEquals: { 'aws:PrincipalAccount': A } } }));
  });
});

describe('whom a policy names', () => {
  test('is he who had the name then: a namesake inherits nothing, and his id is shown', async () => {
    const alice = await user(berth, { name: 'alice' });
    const text = policy('Allow', { AWS: [alice.arn, A] });
    await set(text);
    await list(ecrClient(berth, { credentials: alice }));

    await remove(berth, alice);
    const namesake = await user(berth, { name: 'alice' });

    await expect(list(ecrClient(berth, { credentials: namesake }))).rejects.toThrow('no identity-based policy allows');
    expect(JSON.parse((await shown()) ?? '')).toEqual(JSON.parse(policy('Allow', { AWS: [alice.id, A] })));
    await expect(set((await shown()) ?? '')).rejects.toThrow(`There is no principal ${alice.id}.`);
    await remove(berth, namesake);
  });

  test('may be a role: its sessions are meant, those of a namesake not', async () => {
    const builder = await role(berth, { name: 'builder', path: '/ci/' });
    await set(policy('Allow', { AWS: builder.arn }));
    await list(ecrClient(berth, { credentials: session(berth, builder) }));

    await remove(berth, builder);
    const namesake = await role(berth, { name: 'builder', path: '/ci/' });

    await expect(list(ecrClient(berth, { credentials: session(berth, namesake) }))).rejects.toThrow(
      `User: arn:aws:sts::${A}:assumed-role/builder/session is not authorized to perform: ecr:ListImages`,
    );
    await remove(berth, namesake);
  });

  test('may be one session of a role', async () => {
    const builder = await role(berth, { name: 'sessions' });
    await set(policy('Allow', { AWS: `arn:aws:sts::${A}:assumed-role/sessions/one` }));

    await list(ecrClient(berth, { credentials: session(berth, builder, { name: 'one' }) }));
    await expect(list(ecrClient(berth, { credentials: session(berth, builder, { name: 'two' }) }))).rejects.toThrow(
      'no identity-based policy allows',
    );
  });
});

describe('across accounts', () => {
  test('the policy and the caller’s own must allow it, and a refusal says which does not', async () => {
    const silent = ecrClient(berth, { credentials: await user(berth, { account: other.account }) });
    const allowed = await user(berth, { account: other.account, policies: [allowing('ecr:*')] });
    const reader = ecrClient(berth, { credentials: allowed });
    const resource = `arn:aws:ecr:us-east-1:${A}:repository/app`;

    await expect(list(reader)).rejects.toEqual(
      refused(
        'AccessDeniedException',
        `User: ${allowed.arn} is not authorized to perform: ecr:ListImages on resource: ${resource} because no resource-based policy allows the ecr:ListImages action`,
      ),
    );

    await set(policy('Allow', { AWS: `arn:aws:iam::${other.account}:root` }));
    await list(reader);
    await list(ecrClient(berth, { credentials: other }));
    await expect(list(silent)).rejects.toThrow('because no identity-based policy allows the ecr:ListImages action');
  });

  test('a Deny of the owner holds', async () => {
    const reader = await user(berth, { account: other.account, policies: [allowing('*')] });
    const denied = JSON.parse(policy('Deny', { AWS: reader.arn }, 'ecr:ListImages')).Statement[0];
    const both = { Version: '2012-10-17', Statement: [JSON.parse(policy('Allow', '*')).Statement[0], denied] };
    await set(JSON.stringify(both));

    await expect(list(ecrClient(berth, { credentials: reader }))).rejects.toThrow(
      'with an explicit deny in a resource-based policy',
    );
  });

  test('whether a repository exists is told only to who may act on its name', async () => {
    const stranger = ecrClient(berth, {
      credentials: await user(berth, { account: other.account, policies: [allowing('ecr:*')] }),
    });
    const own = ecrClient(berth, {
      credentials: await user(berth, { policies: [allowing('ecr:*', `arn:aws:ecr:*:${A}:repository/mine/*`)] }),
    });

    for (const by of [stranger, own]) {
      const ask = (name: string) => by.send(new ListImagesCommand({ repositoryName: name, registryId: A }));
      const [there, missing] = await Promise.allSettled([ask('app'), ask('none')]);
      expect([there, missing]).toEqual([
        { status: 'rejected', reason: refused('AccessDeniedException', /repository\/app because/) },
        { status: 'rejected', reason: refused('AccessDeniedException', /repository\/none because/) },
      ]);
    }
    await expect(own.send(new ListImagesCommand({ repositoryName: 'mine/none' }))).rejects.toEqual(
      refused('RepositoryNotFoundException', /mine\/none/),
    );
  });
});
