// All that Terraform's provider knows of ECR itself, but for who may what.
import type { TerraformPart } from './terraform.ts';

export const REPOSITORIES: TerraformPart = {
  configuration: ({ account, team, isChanged }) => `
    resource "aws_ecr_repository" "changes" {
      name                 = "tf/changes"
      image_tag_mutability = "${isChanged ? 'IMMUTABLE' : 'MUTABLE'}"
      tags                 = { team = "${team}" }
      encryption_configuration {
        encryption_type = "AES256"
      }
      image_scanning_configuration {
        scan_on_push = ${isChanged}
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
    resource "aws_ecr_registry_scanning_configuration" "all" {
      scan_type = "${isChanged ? 'ENHANCED' : 'BASIC'}"
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
            region      = "${isChanged ? 'us-east-1' : 'eu-west-1'}"
            registry_id = "111122223333"
          }
          repository_filter {
            filter      = "tf/"
            filter_type = "PREFIX_MATCH"
          }
        }
      }
      # It would be made for it otherwise.
      depends_on = [aws_iam_service_linked_role.replication]
    }
    resource "aws_ecr_pull_through_cache_rule" "hub" {
      ecr_repository_prefix = "hub"
      upstream_registry_url = "registry-1.docker.io"
      credential_arn        = "arn:aws:secretsmanager:us-east-1:${account}:secret:ecr-pullthroughcache/${team}-AbCdEf"
    }
    resource "aws_ecr_repository_creation_template" "team" {
      prefix               = "team"
      description          = "of team ${team}"
      image_tag_mutability = "${isChanged ? 'IMMUTABLE' : 'MUTABLE'}"
      custom_role_arn      = "arn:aws:iam::${account}:role/maker"
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
      value = "${isChanged ? 'CLAIR' : 'AWS_NATIVE'}"
    }

    data "aws_ecr_lifecycle_policy_document" "untagged" {
      rule {
        priority    = 1
        description = "untagged for ${isChanged ? 30 : 14} days"
        selection {
          tag_status   = "untagged"
          count_type   = "sinceImagePushed"
          count_unit   = "days"
          count_number = ${isChanged ? 30 : 14}
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
          identifiers = ["${account}"]
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
  `,
  imports: ({ account }) => ({
    'aws_ecr_repository.changes': 'tf/changes',
    'aws_ecr_lifecycle_policy.changes': 'tf/changes',
    'aws_ecr_repository_policy.changes': 'tf/changes',
    'aws_ecr_registry_scanning_configuration.all': account,
    'aws_ecr_replication_configuration.all': account,
    'aws_ecr_pull_through_cache_rule.hub': 'hub',
    'aws_ecr_repository_creation_template.team': 'team',
    'aws_ecr_account_setting.scans': 'BASIC_SCAN_TYPE_VERSION',
  }),
};
