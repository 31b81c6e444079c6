import { describe, expect, test } from 'vitest';
import { awsCalls, findAwsClis } from './aws-cli.ts';
import { sayMissing } from './client.ts';
import { run } from './run.ts';
import { awsEnv, useStage } from './stage.ts';

const cli = findAwsClis().find((it) => it.knowsAll);

if (cli === undefined) sayMissing('quotas', ['aws']);
else
  describe('the AWS CLI and quotas', () => {
    const environment = { BERTH_QUOTAS: 'rate-of-batch-check-layer-availability=1', BERTH_THROTTLING: 'ecr' };
    const stage = useStage({ environment, tls: false });

    test('calls that are too many are tried again by the client, and succeed', async () => {
      await stage.repository('app');
      const layers = ['--repository-name', 'app', '--layer-digests', `sha256:${'0'.repeat(64)}`];
      const args = ['ecr', 'batch-check-layer-availability', ...layers, '--endpoint-url', stage.registry.url];
      // The other suites ask once. Which of these is throttled is a matter of time: src/quotas/ tries each.
      const patient = { AWS_MAX_ATTEMPTS: '10', AWS_RETRY_MODE: 'standard' };
      const env = { ...stage.env('old'), ...awsEnv(stage.registry, stage.home), ...patient };
      const tries = Array.from({ length: 3 }, () => run(cli.program, args, { env, cwd: stage.home }));

      for (const answer of await Promise.all(tries)) expect(answer).toContain('"failures"');
      const shown = await awsCalls(stage, cli, 'service-quotas').json('list-service-quotas', '--service-code', 'ecr');
      expect(shown['Quotas']).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ QuotaName: 'Rate of BatchCheckLayerAvailability requests', Value: 1 }),
          expect.objectContaining({ QuotaName: 'Rate of PutImage requests', Value: 10 }),
        ]),
      );
    });
  });
