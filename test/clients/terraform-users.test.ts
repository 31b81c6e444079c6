import { Agent } from 'node:https';
import { IAM } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

withTerraform('Terraform and IAM users', (stage, terraform) => {
  const iam = () => {
    const { url, region, accessKeyId, secretAccessKey, ca } = stage.registry;
    return new IAM({
      endpoint: url,
      region,
      credentials: { accessKeyId, secretAccessKey },
      ...(ca !== undefined && { requestHandler: { httpsAgent: new Agent({ ca }) } }),
    });
  };

  test('users, groups, keys and logins are created, stay as planned, change, and are destroyed', async () => {
    await terraform.write(configuration({ path: '/ci/', team: 'red' }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.write(configuration({ path: '/build/', team: 'blue' }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);
    const { User } = await iam().getUser({ UserName: 'builder' });
    expect(User).toMatchObject({ Path: '/build/', Tags: [{ Key: 'team', Value: 'blue' }] });
    expect((await iam().listGroupsForUser({ UserName: 'builder' })).Groups).toHaveLength(1);

    // What somebody else put on the user is no reason to keep him: force_destroy.
    await iam().createAccessKey({ UserName: 'builder' });
    await terraform.destroy();
    expect((await iam().listUsers({})).Users).toEqual([]);
    expect((await iam().listGroups({})).Groups).toEqual([]);
    expect((await iam().listAccountAliases({})).AccountAliases).toEqual([]);
  });
});

function configuration({ path, team }: { path: string; team: string }): string {
  return `
    data "aws_caller_identity" "me" {}
    resource "aws_iam_user" "builder" {
      name          = "builder"
      path          = "${path}"
      force_destroy = true
      tags          = { team = "${team}" }
    }
    resource "aws_iam_access_key" "builder" {
      user = aws_iam_user.builder.name
    }
    resource "aws_iam_user_login_profile" "builder" {
      user                    = aws_iam_user.builder.name
      password_length         = 20
      password_reset_required = true
    }
    resource "aws_iam_group" "builders" {
      name = "builders"
      path = "${path}"
    }
    resource "aws_iam_user_group_membership" "builder" {
      user   = aws_iam_user.builder.name
      groups = [aws_iam_group.builders.name]
    }
    resource "aws_iam_user" "member" {
      name = "member"
    }
    resource "aws_iam_group" "members" {
      name = "members"
    }
    resource "aws_iam_group_membership" "members" {
      name  = "members"
      group = aws_iam_group.members.name
      users = [aws_iam_user.member.name]
    }
    resource "aws_iam_user_policy" "builder" {
      name   = "push"
      user   = aws_iam_user.builder.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "ecr:*", Resource = "*" }]
      })
    }
    resource "aws_iam_user_policy_attachment" "builder" {
      user       = aws_iam_user.builder.name
      policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"
    }
    resource "aws_iam_group_policy_attachment" "builders" {
      group      = aws_iam_group.builders.name
      policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    }
    resource "aws_iam_account_alias" "alias" {
      account_alias = "berth-tf"
    }
    resource "aws_iam_account_password_policy" "strict" {
      minimum_password_length        = 10
      require_numbers                = true
      allow_users_to_change_password = true
      max_password_age               = 90
      password_reuse_prevention      = 3
    }
    data "aws_iam_users" "all" {
      depends_on = [aws_iam_user.builder, aws_iam_user.member]
    }
    output "users" {
      value = length(data.aws_iam_users.all.names)
    }
  `;
}
