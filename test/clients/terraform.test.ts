import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeRepositoriesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr';
import { describe, expect, test } from 'vitest';
import { findOnPath, sayMissing } from './client.ts';
import { attempt, run } from './run.ts';
import { awsEnv, useStage } from './stage.ts';

const terraform = findOnPath('terraform');
const mirror = terraform === undefined ? undefined : await findProviderMirror();
if (terraform === undefined || mirror === undefined)
  sayMissing('Terraform', ['terraform with the AWS provider in a local mirror']);
else suite(terraform, mirror);

function suite(program: string, plugins: string): void {
  describe('Terraform with the AWS provider', () => {
    const stage = useStage();
    const call = (...args: string[]) => {
      const env = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
      const folder = join(stage.home, 'tf');
      return [
        program,
        args,
        {
          env: { ...stage.env('old'), ...awsEnv(stage.registry, stage.home), ...env },
          cwd: folder,
          timeoutMs: 120_000,
        },
      ] as const;
    };
    const apply = (...args: string[]) => run(...call('apply', '-auto-approve', '-input=false', '-no-color', ...args));
    const planCode = async () => {
      const outcome = await attempt(...call('plan', '-detailed-exitcode', '-input=false', '-no-color'));
      if (outcome.code !== 0) console.error(outcome.stdout, outcome.stderr);
      return outcome.code;
    };
    const repositoryNamed = async (name: string) =>
      (await stage.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

    test('repositories with all their arguments are created, stay as planned, change, and are destroyed', async () => {
      mkdirSync(join(stage.home, 'tf'));
      const write = (text: string) => writeFileSync(join(stage.home, 'tf', 'main.tf'), text);
      write(configuration({ mutability: 'MUTABLE', team: 'red' }));
      await run(...call('init', '-input=false', '-no-color', `-plugin-dir=${plugins}`));
      await apply();
      expect(await planCode()).toBe(0);

      write(configuration({ mutability: 'IMMUTABLE', team: 'blue' }));
      await apply();
      expect(await planCode()).toBe(0);

      const changed = await repositoryNamed('tf/changes');
      expect(changed?.imageTagMutability).toBe('IMMUTABLE');
      const tags = await stage.ecr.send(new ListTagsForResourceCommand({ resourceArn: changed?.repositoryArn }));
      expect(tags.tags).toEqual([{ Key: 'team', Value: 'blue' }]);

      await run(...call('destroy', '-auto-approve', '-input=false', '-no-color'));
      const { repositories } = await stage.ecr.send(new DescribeRepositoriesCommand({}));
      expect(repositories).toEqual([]);
    });
  });
}

function configuration({ mutability, team }: { mutability: string; team: string }): string {
  return `
    terraform {
      required_providers {
        aws = { source = "hashicorp/aws" }
      }
    }
    provider "aws" {
      skip_credentials_validation = true
      skip_metadata_api_check     = true
      skip_region_validation      = true
      skip_requesting_account_id  = true
      max_retries                 = 1
    }
    resource "aws_ecr_repository" "plain" {
      name = "tf/plain"
    }
    resource "aws_ecr_repository" "changes" {
      name                 = "tf/changes"
      image_tag_mutability = "${mutability}"
      force_delete         = true
      tags                 = { team = "${team}" }
      encryption_configuration {
        encryption_type = "AES256"
      }
      image_scanning_configuration {
        scan_on_push = false
      }
    }
    resource "aws_ecr_repository" "immutable" {
      name                 = "tf/immutable"
      image_tag_mutability = "IMMUTABLE"
    }
    resource "aws_ecr_repository" "many" {
      count = 12
      name  = "tf/many-\${count.index}"
      tags  = { number = count.index }
    }
    resource "aws_ecr_account_setting" "scans" {
      name  = "BASIC_SCAN_TYPE_VERSION"
      value = "AWS_NATIVE"
    }
    data "aws_ecr_repository" "read" {
      name = aws_ecr_repository.plain.name
    }
    data "aws_ecr_authorization_token" "login" {}
    output "address" {
      value = data.aws_ecr_repository.read.repository_url
    }
    output "user" {
      value = data.aws_ecr_authorization_token.login.user_name
    }
  `;
}

/** The folder to give to `terraform init -plugin-dir`: the one above the provider's registry host. */
async function findProviderMirror(): Promise<string | undefined> {
  const args = [
    '/',
    '-xdev',
    '-path',
    '/proc',
    '-prune',
    '-o',
    '-type',
    'd',
    '-path',
    '*/hashicorp/aws',
    '-print',
    '-quit',
  ];
  const { stdout } = await attempt('/usr/bin/find', args, { env: { PATH: '/usr/bin:/bin' } });
  const found = stdout.trim();
  return found === '' ? undefined : join(found, '..', '..', '..');
}
