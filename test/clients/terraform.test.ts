// Everything that Terraform's AWS provider knows of what is served here, in one configuration.
import { Agent } from 'node:https';
import {
  CreateRepositoryCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  GetRegistryScanningConfigurationCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { IAM } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { type Wanted, withTerraform } from './terraform.ts';
import { EVENTS } from './terraform-events.ts';
import { KEYS } from './terraform-keys.ts';
import { POLICIES } from './terraform-policies.ts';
import { REPOSITORIES } from './terraform-repositories.ts';
import { ROLES } from './terraform-roles.ts';
import { SIGNING } from './terraform-signing.ts';
import { USERS } from './terraform-users.ts';

const PARTS = [REPOSITORIES, POLICIES, KEYS, ROLES, USERS, EVENTS, SIGNING];
const REGIONS = { environment: { BERTH_REGION: 'us-east-1,eu-west-1' } };

withTerraform(
  'Terraform with the AWS provider',
  (stage, terraform) => {
    test('all that it knows is made, stays as planned, changes, is imported, and is destroyed', async () => {
      const { account } = stage.registry;
      const first: Wanted = { account, team: 'red', isChanged: false };
      const changed: Wanted = { account, team: 'blue', isChanged: true };
      await pushOutside();
      await terraform.write(configuration(first));
      await terraform.apply();
      expect(await terraform.planCode()).toBe(0);

      await terraform.write(configuration(changed));
      await terraform.apply();
      expect(await terraform.planCode()).toBe(0);
      await expectChangesOfRepositories();
      await expectChangesOfIdentities();

      const ids = Object.assign({}, ...PARTS.map((it) => it.imports?.(changed)));
      terraform.forget(Object.keys(ids));
      await terraform.write(configuration(changed) + imports(ids));
      const imported = await terraform.apply();
      expect(imported).toContain(`Resources: ${Object.keys(ids).length} imported, 0 added, 0 changed, 0 destroyed.`);

      await terraform.write(configuration(changed));
      // What somebody else put on the user is no reason to keep him: force_destroy.
      await iam().createAccessKey({ UserName: 'builder' });
      await terraform.destroy();
      expect(await leftOfRepositories()).toEqual({
        repositories: ['outside'],
        templates: 0,
        cacheRules: 0,
        scanning: [],
        replication: [],
      });
      expect(await leftOfIdentities()).toEqual({
        users: [],
        groups: [],
        aliases: [],
        roles: ['AWSServiceRoleForECRPullThroughCache', 'AWSServiceRoleForECRTemplate'],
        policies: [],
        profiles: [],
        providers: [],
      });
    }, 600_000);

    const iam = () => {
      const { url, region, accessKeyId, secretAccessKey, ca } = stage.registry;
      return new IAM({
        endpoint: url,
        region,
        credentials: { accessKeyId, secretAccessKey },
        ...(ca !== undefined && { requestHandler: { httpsAgent: new Agent({ ca }) } }),
      });
    };

    /** An image for the data sources, in a repository that Terraform does not know. */
    async function pushOutside(): Promise<void> {
      const repositoryName = 'outside';
      await stage.ecr.send(new CreateRepositoryCommand({ repositoryName }));
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] });
      await stage.ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
    }

    async function expectChangesOfRepositories(): Promise<void> {
      const asked = new DescribeRepositoriesCommand({ repositoryNames: ['tf/changes'] });
      const changed = (await stage.ecr.send(asked)).repositories?.[0];
      expect(changed).toMatchObject({
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      });
      const tags = await stage.ecr.send(new ListTagsForResourceCommand({ resourceArn: changed?.repositoryArn }));
      expect(tags.tags).toEqual([{ Key: 'team', Value: 'blue' }]);
      const { replicationConfiguration } = await stage.ecr.send(new DescribeRegistryCommand({}));
      expect(replicationConfiguration?.rules?.[0]?.destinations).toEqual([
        { region: 'us-east-1', registryId: '111122223333' },
      ]);
    }

    async function expectChangesOfIdentities(): Promise<void> {
      const { User } = await iam().getUser({ UserName: 'builder' });
      expect(User).toMatchObject({ Path: '/build/', Tags: [{ Key: 'team', Value: 'blue' }] });
      expect((await iam().listGroupsForUser({ UserName: 'builder' })).Groups).toHaveLength(1);
      const { Role } = await iam().getRole({ RoleName: 'tf-app' });
      expect(Role).toMatchObject({ Description: 'blue', MaxSessionDuration: 7_200, Path: '/ci/' });
      const { Policies } = await iam().listPolicies({ Scope: 'Local' });
      expect(Policies?.find((it) => it.PolicyName === 'tf-push')).toMatchObject({ DefaultVersionId: 'v2' });
    }

    async function leftOfRepositories() {
      const { repositories = [] } = await stage.ecr.send(new DescribeRepositoriesCommand({}));
      const templates = await stage.ecr.send(new DescribeRepositoryCreationTemplatesCommand({}));
      const { pullThroughCacheRules = [] } = await stage.ecr.send(new DescribePullThroughCacheRulesCommand({}));
      const { scanningConfiguration } = await stage.ecr.send(new GetRegistryScanningConfigurationCommand({}));
      const { replicationConfiguration } = await stage.ecr.send(new DescribeRegistryCommand({}));
      return {
        repositories: repositories.map((it) => it.repositoryName),
        templates: templates.repositoryCreationTemplates?.length,
        cacheRules: pullThroughCacheRules.length,
        scanning: scanningConfiguration?.rules,
        replication: replicationConfiguration?.rules,
      };
    }

    /** Of the roles, those stay that services have made for themselves, as in AWS. */
    async function leftOfIdentities() {
      const { Roles = [] } = await iam().listRoles({});
      return {
        users: (await iam().listUsers({})).Users,
        groups: (await iam().listGroups({})).Groups,
        aliases: (await iam().listAccountAliases({})).AccountAliases,
        roles: Roles.map((it) => it.RoleName),
        policies: (await iam().listPolicies({ Scope: 'Local' })).Policies,
        profiles: (await iam().listInstanceProfiles({})).InstanceProfiles,
        providers: (await iam().listOpenIDConnectProviders({})).OpenIDConnectProviderList,
      };
    }
  },
  REGIONS,
);

function configuration(wanted: Wanted): string {
  return PARTS.map((it) => it.configuration(wanted)).join('');
}

function imports(ids: Readonly<Record<string, string>>): string {
  return Object.entries(ids)
    .map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`)
    .join('');
}
