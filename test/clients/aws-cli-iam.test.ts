import { expect, test } from 'vitest';
import { awsCalls, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

withNewestAwsCli('IAM', (cli) => {
  const stage = useStage();
  const root = awsCalls(stage, cli, 'iam');
  const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess';

  test('a user is made, waited for, given a key and a policy, works by them, and is deleted', async () => {
    const name = ['--user-name', 'alice'];
    const created = await root.json('create-user', ...name, '--path', '/teams/', '--tags', 'Key=team,Value=a b');
    await root.text('wait', 'user-exists', ...name);
    const { AccessKey } = await root.json('create-access-key', ...name);
    const key = AccessKey as { readonly AccessKeyId: string; readonly SecretAccessKey: string };
    await root.text('attach-user-policy', ...name, '--policy-arn', FULL_ACCESS);

    expect(created).toMatchObject({
      User: { Path: '/teams/', UserName: 'alice', Arn: `arn:aws:iam::${stage.registry.account}:user/teams/alice` },
    });
    expect(await root.json('list-users', '--path-prefix', '/teams/')).toMatchObject({ Users: [{ UserName: 'alice' }] });
    const caller = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
    const alice = awsCalls(stage, cli, 'ecr', caller);
    await alice.json('create-repository', '--repository-name', 'of-alice');
    expect(await alice.text('get-login-password')).not.toBe('');
    const denied = await awsCalls(stage, cli, 'iam', caller).outcome('list-users');
    expect(denied.stderr).toContain('(AccessDenied) when calling the ListUsers operation');

    const early = await root.outcome('delete-user', ...name);
    expect(early.stderr).toContain('(DeleteConflict) when calling the DeleteUser operation');
    await root.text('detach-user-policy', ...name, '--policy-arn', FULL_ACCESS);
    await root.text('delete-access-key', ...name, '--access-key-id', key.AccessKeyId);
    await root.text('delete-user', ...name);
    const gone = await root.outcome('get-user', ...name);
    expect(gone.stderr).toContain('(NoSuchEntity) when calling the GetUser operation');
    expect(gone.stderr).toContain('The user with name alice cannot be found.');
  });

  test('groups, the summary and the credential report are read', async () => {
    await root.json('create-group', '--group-name', 'devs');
    await root.json('create-user', '--user-name', 'bob');
    await root.text('add-user-to-group', '--group-name', 'devs', '--user-name', 'bob');

    expect(await root.json('get-group', '--group-name', 'devs')).toMatchObject({ Users: [{ UserName: 'bob' }] });
    expect(await root.json('get-account-summary')).toMatchObject({ SummaryMap: { Users: 1, Groups: 1 } });
    expect(await root.json('generate-credential-report')).toEqual({ State: 'COMPLETE' });
    const { Content } = await root.json('get-credential-report');
    expect(Buffer.from(String(Content), 'base64').toString('utf8')).toContain('\nbob,arn:aws:iam::');
  });

  test('a list longer than a page comes whole', async () => {
    const before = await root.json('list-groups');
    for (let i = 0; i < 5; i++) await root.json('create-group', '--group-name', `page-${i}`);

    const { Groups } = await root.json('list-groups', '--page-size', '2');

    expect(Groups).toHaveLength((before['Groups'] as unknown[]).length + 5);
  });
});
