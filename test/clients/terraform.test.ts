import { DescribeRepositoriesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

withTerraform('Terraform with the AWS provider', (stage, terraform) => {
  const repositoryNamed = async (name: string) =>
    (await stage.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

  test('repositories with all their arguments are created, stay as planned, change, and are destroyed', async () => {
    await terraform.write(configuration({ mutability: 'MUTABLE', team: 'red' }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.write(configuration({ mutability: 'IMMUTABLE', team: 'blue' }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    const changed = await repositoryNamed('tf/changes');
    expect(changed?.imageTagMutability).toBe('IMMUTABLE');
    const tags = await stage.ecr.send(new ListTagsForResourceCommand({ resourceArn: changed?.repositoryArn }));
    expect(tags.tags).toEqual([{ Key: 'team', Value: 'blue' }]);

    await terraform.destroy();
    const { repositories } = await stage.ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
  });
});

function configuration({ mutability, team }: { mutability: string; team: string }): string {
  return `
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
