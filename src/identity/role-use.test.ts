import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stsClient } from '../../test/aws/sts.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { loginOf, role, session, type TestRole } from '../../test/identity.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

const MINUTE = 60_000;

async function lastUsed({ name }: TestRole): Promise<{ at: number | undefined; region: string | undefined }> {
  const { accessKeyId, secretAccessKey } = berth;
  const iam = new IAMClient({
    endpoint: berth.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    systemClockOffset: berth.world.clock.now().getTime() - Date.now(),
  });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
  return { at: Role?.RoleLastUsed?.LastUsedDate?.getTime(), region: Role?.RoleLastUsed?.Region };
}

const now = () => Math.floor(berth.world.clock.now().getTime() / 1_000) * 1_000;

test('a role tells when a session of it last made a request, at either door, to the minute', async () => {
  const dev = await role(berth);
  const credentials = session(berth, dev);
  const authorization = await loginOf(berth, credentials);
  expect(await lastUsed(dev)).toEqual({ at: undefined, region: undefined });

  const first = now();
  await stsClient(berth, credentials).send(new GetCallerIdentityCommand({}));
  await expect.poll(() => lastUsed(dev)).toEqual({ at: first, region: 'us-east-1' });

  berth.pass(MINUTE - 1);
  await stsClient(berth, credentials).send(new GetCallerIdentityCommand({}));
  berth.pass(1);
  const second = now();
  await (await fetch(`${berth.url}/v2/`, { headers: { authorization } })).arrayBuffer();
  await expect.poll(() => lastUsed(dev)).toEqual({ at: second, region: 'us-east-1' });
});
