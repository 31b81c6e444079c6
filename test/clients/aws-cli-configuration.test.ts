import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsCalls, tagged, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

withNewestAwsCli('what a registry is told once', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');
  const given = (name: string, value: object) => {
    writeFileSync(join(stage.home, name), JSON.stringify(value));
    return `file://${name}`;
  };

  test('scanning, upstreams and templates are put, listed in pages, and taken away', async () => {
    const rules = [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'cli', filterType: 'WILDCARD' }] }];
    const put = await aws.json(
      'put-registry-scanning-configuration',
      '--scan-type',
      'ENHANCED',
      '--rules',
      given('rules.json', rules),
    );
    expect(put).toEqual({ registryScanningConfiguration: { scanType: 'ENHANCED', rules } });

    for (const prefix of ['one', 'two']) {
      const named = ['--ecr-repository-prefix', prefix, '--upstream-registry-url', 'public.ecr.aws'];
      await aws.json('create-pull-through-cache-rule', ...named);
    }
    const { pullThroughCacheRules } = await aws.json('describe-pull-through-cache-rules', '--page-size', '1');
    expect(pullThroughCacheRules).toMatchObject([{ ecrRepositoryPrefix: 'one' }, { ecrRepositoryPrefix: 'two' }]);

    const made = await aws.json(
      'create-repository-creation-template',
      '--prefix',
      'made',
      '--applied-for',
      'CREATE_ON_PUSH',
      '--image-tag-mutability',
      'IMMUTABLE',
    );
    expect(made).toMatchObject({ repositoryCreationTemplate: { prefix: 'made', imageTagMutability: 'IMMUTABLE' } });
    await tagged(pushingTo(), 'made/by-push', '1');
    const { repositories } = await aws.json('describe-repositories', '--repository-names', 'made/by-push');
    expect(repositories).toMatchObject([{ imageTagMutability: 'IMMUTABLE' }]);
  });

  test('its waiter for a scan ends with the reason why there is none', async () => {
    await tagged(stage, 'cli/waits', '1');
    const name = ['--repository-name', 'cli/waits'];
    const unscanned = await aws.outcome('wait', 'image-scan-complete', ...name, '--image-id', 'imageTag=1');
    expect(unscanned.code).not.toBe(0);
    expect(unscanned.stderr).toContain('ScanNotFoundException');
  });

  /** The stage, where repositories are made by what is pushed. */
  function pushingTo() {
    return { ...stage, repository: async (name: string) => `${stage.registry.host}/${name}` };
  }
});
