// Who may what with repositories and registries, as Terraform's AWS provider says it.
import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

const policy = (more: string) => `
  resource "aws_iam_user" "alice" {
    name = "alice"
    path = "/team/"
  }
  resource "aws_iam_role" "builder" {
    name = "builder"
    assume_role_policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "123456789012" } }]
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
        identifiers = [aws_iam_user.alice.arn, aws_iam_role.builder.arn, "123456789012"]
      }
      ${more}
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
        Sid       = "replicate"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.builder.arn }
        Action    = ["ecr:ReplicateImage", "ecr:CreateRepository"]
        Resource  = "arn:aws:ecr:us-east-1:123456789012:repository/*"
      }]
    })
    depends_on = [aws_ecr_account_setting.scope]
  }
`;

withTerraform('terraform and the policies of repositories and registries', (_, terraform) => {
  test('they are made, changed and read without a difference, and go', async () => {
    await terraform.write(policy(''));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    const condition = `
      condition {
        test     = "StringEquals"
        variable = "ecr:ResourceTag/stage"
        values   = ["open"]
      }`;
    await terraform.write(policy(condition));
    expect(await terraform.planCode()).toBe(2);
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.destroy();
  });
});
