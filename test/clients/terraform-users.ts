// Users and groups of IAM.
import type { TerraformPart } from './terraform.ts';

export const USERS: TerraformPart = {
  configuration: ({ team, isChanged }) => `
    data "aws_caller_identity" "me" {}
    resource "aws_iam_user" "builder" {
      name          = "builder"
      path          = "${isChanged ? '/build/' : '/ci/'}"
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
      path = "${isChanged ? '/build/' : '/ci/'}"
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
      value = setintersection(data.aws_iam_users.all.names, ["builder", "member"])
    }
  `,
};
