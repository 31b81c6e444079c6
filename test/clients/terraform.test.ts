import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  GetRegistryScanningConfigurationCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

const REGIONS = { environment: { BERTH_REGION: 'us-east-1,eu-west-1' } };

withTerraform(
  'Terraform with the AWS provider',
  (stage, terraform) => {
    const repositoryNamed = async (name: string) =>
      (await stage.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

    test('all that it knows of ECR is made, stays as planned, changes, is imported, and is destroyed', async () => {
      await pushOutside();
      await terraform.write(configuration({ mutability: 'MUTABLE', team: 'red', days: 14, region: 'eu-west-1' }));
      await terraform.apply();
      expect(await terraform.planCode()).toBe(0);

      const after = { mutability: 'IMMUTABLE', team: 'blue', days: 30, region: 'us-east-1' };
      await terraform.write(configuration(after));
      await terraform.apply();
      expect(await terraform.planCode()).toBe(0);

      const changed = await repositoryNamed('tf/changes');
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

      terraform.forget();
      await terraform.write(configuration(after) + IMPORTS);
      expect(await terraform.apply()).toContain('Resources: 9 imported, 0 added, 0 changed, 0 destroyed.');

      await terraform.write(configuration(after));
      await terraform.destroy();
      expect(await left()).toEqual({
        repositories: ['outside'],
        templates: 0,
        cacheRules: 0,
        scanning: [],
        replication: [],
      });
    }, 300_000);

    /** An image for the data sources, in a repository that Terraform does not know. */
    async function pushOutside(): Promise<void> {
      const repositoryName = 'outside';
      await stage.ecr.send(new CreateRepositoryCommand({ repositoryName }));
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] });
      await stage.ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
    }

    async function left() {
      const { repositories = [] } = await stage.ecr.send(new DescribeRepositoriesCommand({}));
      const templates = await stage.ecr.send(new DescribeRepositoryCreationTemplatesCommand({}));
      const { pullThroughCacheRules = [] } = await stage.ecr.send(new DescribePullThroughCacheRulesCommand({}));
      const { scanningConfiguration } = await stage.ecr.send(new GetRegistryScanningConfigurationCommand({}));
      const { replicationConfiguration } = await stage.ecr.send(new DescribeRegistryCommand({}));
      await stage.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'outside', force: true }));
      return {
        repositories: repositories.map((it) => it.repositoryName),
        templates: templates.repositoryCreationTemplates?.length,
        cacheRules: pullThroughCacheRules.length,
        scanning: scanningConfiguration?.rules,
        replication: replicationConfiguration?.rules,
      };
    }
  },
  REGIONS,
);

interface Varying {
  readonly mutability: string;
  readonly team: string;
  readonly days: number;
  readonly region: string;
}

function configuration({ mutability, team, days, region }: Varying): string {
  return `
    resource "aws_ecr_repository" "changes" {
      name                 = "tf/changes"
      image_tag_mutability = "${mutability}"
      tags                 = { team = "${team}" }
      encryption_configuration {
        encryption_type = "AES256"
      }
      image_scanning_configuration {
        scan_on_push = ${days > 20}
      }
    }
    resource "aws_ecr_lifecycle_policy" "changes" {
      repository = aws_ecr_repository.changes.name
      policy     = data.aws_ecr_lifecycle_policy_document.untagged.json
    }
    resource "aws_ecr_repository_policy" "changes" {
      repository = aws_ecr_repository.changes.name
      policy     = data.aws_iam_policy_document.pull.json
    }
    resource "aws_ecr_registry_policy" "all" {
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Sid       = "days${days}"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::123456789012:root" }
          Action    = ["ecr:ReplicateImage"]
          Resource  = "arn:aws:ecr:us-east-1:123456789012:repository/*"
        }]
      })
    }
    resource "aws_ecr_registry_scanning_configuration" "all" {
      scan_type = "${days > 20 ? 'ENHANCED' : 'BASIC'}"
      rule {
        scan_frequency = "SCAN_ON_PUSH"
        repository_filter {
          filter      = "tf/*"
          filter_type = "WILDCARD"
        }
        repository_filter {
          filter      = "${team}"
          filter_type = "WILDCARD"
        }
      }
    }
    resource "aws_ecr_replication_configuration" "all" {
      replication_configuration {
        rule {
          destination {
            region      = "${region}"
            registry_id = "111122223333"
          }
          repository_filter {
            filter      = "tf/"
            filter_type = "PREFIX_MATCH"
          }
        }
      }
    }
    resource "aws_ecr_pull_through_cache_rule" "hub" {
      ecr_repository_prefix = "hub"
      upstream_registry_url = "registry-1.docker.io"
      credential_arn        = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/${team}-AbCdEf"
    }
    resource "aws_ecr_repository_creation_template" "team" {
      prefix               = "team"
      description          = "of team ${team}"
      image_tag_mutability = "${mutability}"
      custom_role_arn      = "arn:aws:iam::123456789012:role/maker"
      applied_for          = ["REPLICATION", "PULL_THROUGH_CACHE"]
      resource_tags        = { team = "${team}" }
      lifecycle_policy     = data.aws_ecr_lifecycle_policy_document.untagged.json
      repository_policy    = data.aws_iam_policy_document.pull.json
      encryption_configuration {
        encryption_type = "AES256"
      }
    }
    resource "aws_ecr_account_setting" "scans" {
      name  = "BASIC_SCAN_TYPE_VERSION"
      value = "${days > 20 ? 'CLAIR' : 'AWS_NATIVE'}"
    }

    data "aws_ecr_lifecycle_policy_document" "untagged" {
      rule {
        priority    = 1
        description = "untagged for ${days} days"
        selection {
          tag_status   = "untagged"
          count_type   = "sinceImagePushed"
          count_unit   = "days"
          count_number = ${days}
        }
        action {
          type = "expire"
        }
      }
    }
    data "aws_iam_policy_document" "pull" {
      statement {
        sid     = "${team}"
        actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        principals {
          type        = "AWS"
          identifiers = ["123456789012"]
        }
      }
    }
    data "aws_ecr_repository" "read" {
      name = aws_ecr_repository.changes.name
    }
    data "aws_ecr_repositories" "all" {
      depends_on = [aws_ecr_repository.changes]
    }
    data "aws_ecr_image" "outside" {
      repository_name = "outside"
      image_tag       = "v1"
    }
    data "aws_ecr_image" "newest" {
      repository_name = "outside"
      most_recent     = true
    }
    data "aws_ecr_pull_through_cache_rule" "hub" {
      ecr_repository_prefix = aws_ecr_pull_through_cache_rule.hub.ecr_repository_prefix
    }
    data "aws_ecr_repository_creation_template" "team" {
      prefix = aws_ecr_repository_creation_template.team.prefix
    }
    data "aws_ecr_authorization_token" "login" {}
    output "read" {
      value = [
        data.aws_ecr_repository.read.repository_url,
        data.aws_ecr_image.outside.image_digest == data.aws_ecr_image.newest.image_digest,
        data.aws_ecr_pull_through_cache_rule.hub.upstream_registry_url,
        data.aws_ecr_repository_creation_template.team.description,
        data.aws_ecr_authorization_token.login.user_name,
      ]
    }
  `;
}

const IDS = {
  'aws_ecr_repository.changes': 'tf/changes',
  'aws_ecr_lifecycle_policy.changes': 'tf/changes',
  'aws_ecr_repository_policy.changes': 'tf/changes',
  'aws_ecr_registry_policy.all': '123456789012',
  'aws_ecr_registry_scanning_configuration.all': '123456789012',
  'aws_ecr_replication_configuration.all': '123456789012',
  'aws_ecr_pull_through_cache_rule.hub': 'hub',
  'aws_ecr_repository_creation_template.team': 'team',
  'aws_ecr_account_setting.scans': 'BASIC_SCAN_TYPE_VERSION',
};

const IMPORTS = Object.entries(IDS)
  .map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`)
  .join('');
