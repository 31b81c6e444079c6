import { Agent } from 'node:https';
import { IAM } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

withTerraform('Terraform and IAM roles and policies', (stage, terraform) => {
  const iam = () => {
    const { url, region, accessKeyId, secretAccessKey, ca } = stage.registry;
    return new IAM({
      endpoint: url,
      region,
      credentials: { accessKeyId, secretAccessKey },
      ...(ca !== undefined && { requestHandler: { httpsAgent: new Agent({ ca }) } }),
    });
  };

  test('roles, policies, profiles and providers are created, stay as planned, change, and are destroyed', async () => {
    await terraform.write(configuration({ action: 'ecr:PutImage', description: 'one', hours: 1 }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.write(configuration({ action: 'ecr:BatchGetImage', description: 'two', hours: 2 }));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);
    const { Role } = await iam().getRole({ RoleName: 'tf-app' });
    expect(Role).toMatchObject({ Description: 'two', MaxSessionDuration: 7_200, Path: '/ci/' });
    const { Policies } = await iam().listPolicies({ Scope: 'Local' });
    expect(Policies?.find((it) => it.PolicyName === 'tf-push')).toMatchObject({ DefaultVersionId: 'v2' });

    await terraform.destroy();
    expect((await iam().listRoles({})).Roles).toEqual([]);
    expect((await iam().listPolicies({ Scope: 'Local' })).Policies).toEqual([]);
    expect((await iam().listInstanceProfiles({})).InstanceProfiles).toEqual([]);
    expect((await iam().listOpenIDConnectProviders({})).OpenIDConnectProviderList).toEqual([]);
  }, 300_000);
});

function configuration({ action, description, hours }: { action: string; description: string; hours: number }): string {
  return `
    resource "aws_iam_role" "app" {
      name                 = "tf-app"
      path                 = "/ci/"
      description          = "${description}"
      max_session_duration = ${hours * 3_600}
      permissions_boundary = aws_iam_policy.push.arn
      tags                 = { team = "${description}" }
      assume_role_policy   = jsonencode({
        Version   = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } },
          { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.builder.arn } },
          {
            Effect    = "Allow"
            Action    = "sts:AssumeRoleWithWebIdentity"
            Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
            Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" } }
          },
        ]
      })
    }
    resource "aws_iam_user" "builder" {
      name                 = "tf-builder"
      permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess"
    }
    resource "aws_iam_group" "builders" {
      name = "tf-builders"
    }
    resource "aws_iam_policy" "push" {
      name        = "tf-push"
      path        = "/ci/"
      description = "pushes"
      tags        = { team = "${description}" }
      policy      = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "${action}", Resource = "*" }]
      })
    }
    resource "aws_iam_role_policy" "inline" {
      name   = "inline"
      role   = aws_iam_role.app.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["ecr:ListImages", "${action}"], Resource = "*" }]
      })
    }
    resource "aws_iam_group_policy" "inline" {
      name   = "inline"
      group  = aws_iam_group.builders.name
      policy = aws_iam_policy.push.policy
    }
    resource "aws_iam_role_policies_exclusive" "app" {
      role_name    = aws_iam_role.app.name
      policy_names = [aws_iam_role_policy.inline.name]
    }
    resource "aws_iam_role_policy_attachment" "own" {
      role       = aws_iam_role.app.name
      policy_arn = aws_iam_policy.push.arn
    }
    resource "aws_iam_role_policy_attachment" "aws" {
      role       = aws_iam_role.app.name
      policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    }
    resource "aws_iam_policy_attachment" "everywhere" {
      name       = "everywhere"
      users      = [aws_iam_user.builder.name]
      groups     = [aws_iam_group.builders.name]
      roles      = [aws_iam_role.app.name]
      policy_arn = aws_iam_policy.shared.arn
    }
    resource "aws_iam_policy" "shared" {
      name_prefix = "tf-shared-"
      policy      = data.aws_iam_policy_document.shared.json
    }
    data "aws_iam_policy_document" "shared" {
      statement {
        actions   = ["ecr:GetAuthorizationToken"]
        resources = ["*"]
      }
    }
    resource "aws_iam_instance_profile" "app" {
      name = "tf-app"
      role = aws_iam_role.app.name
      tags = { team = "${description}" }
    }
    resource "aws_iam_openid_connect_provider" "github" {
      url            = "https://token.actions.githubusercontent.com"
      client_id_list = ["sts.amazonaws.com", "${description}"]
      tags           = { team = "${description}" }
    }
    resource "aws_iam_openid_connect_provider" "cluster" {
      url             = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"
      client_id_list  = ["sts.amazonaws.com"]
      thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
    }
    resource "aws_iam_service_linked_role" "replication" {
      aws_service_name = "replication.ecr.amazonaws.com"
      description      = "${description}"
    }
    data "aws_iam_policy" "by_name" {
      name = "AmazonEC2ContainerRegistryPowerUser"
    }
    data "aws_iam_policy" "by_arn" {
      arn = aws_iam_policy.push.arn
    }
    data "aws_iam_role" "app" {
      name = aws_iam_role.app.name
    }
    data "aws_iam_principal_policy_simulation" "push" {
      action_names      = ["${action}", "ecr:DeleteRepository"]
      policy_source_arn = aws_iam_role.app.arn
      depends_on        = [aws_iam_role_policy_attachment.own, aws_iam_role_policy.inline, aws_iam_policy_attachment.everywhere]
    }
    output "simulated" {
      value = data.aws_iam_principal_policy_simulation.push.results
    }
  `;
}
