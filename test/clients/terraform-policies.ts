// Who may what with a repository, and what of it is kept.
import type { TerraformPart } from './terraform.ts';

export const POLICIES: TerraformPart = {
  configuration: ({ account, isChanged }) => `
    resource "aws_iam_user" "alice" {
      name = "alice"
      path = "/team/"
    }
    resource "aws_iam_role" "builder" {
      name = "builder"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "${account}" } }]
      })
    }
    resource "aws_ecr_repository" "app" {
      name = "team/app"
    }
    data "aws_iam_policy_document" "app" {
      statement {
        sid     = "pull"
        actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        principals {
          type        = "AWS"
          identifiers = [aws_iam_user.alice.arn, aws_iam_role.builder.arn, "${account}"]
        }
        ${isChanged ? CONDITION : ''}
      }
    }
    resource "aws_ecr_repository_policy" "app" {
      repository = aws_ecr_repository.app.name
      policy     = data.aws_iam_policy_document.app.json
    }
    resource "aws_ecr_account_setting" "scope" {
      name  = "REGISTRY_POLICY_SCOPE"
      value = "V2"
    }
    resource "aws_ecr_registry_policy" "all" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Sid       = "${isChanged ? 'replicate' : 'copy'}"
          Effect    = "Allow"
          Principal = { AWS = [aws_iam_role.builder.arn, "arn:aws:iam::${account}:root"] }
          Action    = ["ecr:ReplicateImage", "ecr:CreateRepository"]
          Resource  = "arn:aws:ecr:us-east-1:${account}:repository/*"
        }]
      })
      depends_on = [aws_ecr_account_setting.scope]
    }
    data "aws_ecr_lifecycle_policy_document" "app" {
      rule {
        priority    = 2
        description = "the last ten"
        selection {
          tag_status   = "any"
          count_type   = "imageCountMoreThan"
          count_number = 10
        }
      }
      rule {
        priority = 1
        selection {
          tag_status       = "tagged"
          tag_pattern_list = ["v*", "release-*"]
          count_type       = "sinceImagePushed"
          count_unit       = "days"
          count_number     = ${isChanged ? 30 : 14}
        }
      }
    }
    resource "aws_ecr_lifecycle_policy" "app" {
      repository = aws_ecr_repository.app.name
      policy     = data.aws_ecr_lifecycle_policy_document.app.json
    }
  `,
  imports: ({ account }) => ({
    'aws_ecr_repository.app': 'team/app',
    'aws_ecr_repository_policy.app': 'team/app',
    'aws_ecr_registry_policy.all': account,
    'aws_ecr_lifecycle_policy.app': 'team/app',
  }),
};

const CONDITION = `
  condition {
    test     = "StringEquals"
    variable = "ecr:ResourceTag/stage"
    values   = ["open"]
  }`;
