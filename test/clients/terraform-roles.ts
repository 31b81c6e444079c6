// Roles, policies, profiles and identity providers of IAM.
import type { TerraformPart } from './terraform.ts';

export const ROLES: TerraformPart = {
  configuration({ team, isChanged }) {
    const action = isChanged ? 'ecr:BatchGetImage' : 'ecr:PutImage';
    return `
    resource "aws_iam_role" "app" {
      name                 = "tf-app"
      path                 = "/ci/"
      description          = "${team}"
      max_session_duration = ${isChanged ? 7_200 : 3_600}
      permissions_boundary = aws_iam_policy.push.arn
      tags                 = { team = "${team}" }
      assume_role_policy   = jsonencode({
        Version   = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } },
          { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.maker.arn } },
          {
            Effect    = "Allow"
            Action    = "sts:AssumeRoleWithWebIdentity"
            Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
            Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" } }
          },
        ]
      })
    }
    resource "aws_iam_user" "maker" {
      name                 = "tf-maker"
      permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess"
    }
    resource "aws_iam_group" "makers" {
      name = "tf-makers"
    }
    resource "aws_iam_policy" "push" {
      name        = "tf-push"
      path        = "/ci/"
      description = "pushes"
      tags        = { team = "${team}" }
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
      group  = aws_iam_group.makers.name
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
      users      = [aws_iam_user.maker.name]
      groups     = [aws_iam_group.makers.name]
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
      tags = { team = "${team}" }
    }
    resource "aws_iam_openid_connect_provider" "github" {
      url            = "https://token.actions.githubusercontent.com"
      client_id_list = ["sts.amazonaws.com", "${team}"]
      tags           = { team = "${team}" }
    }
    resource "aws_iam_openid_connect_provider" "cluster" {
      url             = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"
      client_id_list  = ["sts.amazonaws.com"]
      thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
    }
    resource "aws_iam_service_linked_role" "replication" {
      aws_service_name = "replication.ecr.amazonaws.com"
      description      = "${team}"
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
  },
};
