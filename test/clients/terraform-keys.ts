// Keys of KMS, and repositories that are encrypted by them.
import type { TerraformPart } from './terraform.ts';

export const KEYS: TerraformPart = {
  configuration: ({ account, team, isChanged }) => `
    resource "aws_kms_key" "plain" {
      description             = "of ${team}"
      enable_key_rotation     = true
      rotation_period_in_days = ${isChanged ? 180 : 90}
      deletion_window_in_days = 7
      tags                    = { team = "${team}" }
    }
    resource "aws_kms_key" "off" {
      is_enabled              = ${!isChanged}
      deletion_window_in_days = 7
    }
    resource "aws_kms_key" "signing" {
      customer_master_key_spec = "ECC_NIST_P256"
      key_usage                = "SIGN_VERIFY"
      deletion_window_in_days  = 7
    }
    resource "aws_kms_key" "mac" {
      customer_master_key_spec = "HMAC_256"
      key_usage                = "GENERATE_VERIFY_MAC"
      deletion_window_in_days  = 7
    }
    resource "aws_kms_alias" "plain" {
      name          = "alias/tf/plain"
      target_key_id = aws_kms_key.plain.key_id
    }
    resource "aws_iam_role" "worker" {
      name = "tf-worker"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::${account}:root" } }]
      })
    }
    resource "aws_kms_grant" "worker" {
      name              = "tf-grant"
      key_id            = aws_kms_key.plain.key_id
      grantee_principal = aws_iam_role.worker.arn
      operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
      constraints {
        encryption_context_equals = { team = "red" }
      }
    }
    resource "aws_kms_key_policy" "plain" {
      key_id = aws_kms_key.plain.id
      policy = jsonencode({
        Version = "2012-10-17"
        Id      = "tf"
        Statement = [
          { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::${account}:root" } },
          { Sid = "worker", Effect = "Allow", Action = "kms:DescribeKey", Resource = "*", Principal = { AWS = aws_iam_role.worker.arn } },
        ]
      })
    }
    resource "aws_ecr_repository" "sealed" {
      name = "tf/sealed"
      encryption_configuration {
        encryption_type = "KMS"
        kms_key         = aws_kms_key.plain.arn
      }
    }
    resource "aws_ecr_repository" "managed" {
      name = "tf/managed"
      encryption_configuration {
        encryption_type = "KMS"
      }
    }
    data "aws_kms_key" "managed" {
      key_id = "alias/aws/ecr"
      depends_on = [aws_ecr_repository.managed]
    }
    data "aws_kms_alias" "plain" {
      name = aws_kms_alias.plain.name
    }
    data "aws_kms_public_key" "signing" {
      key_id = aws_kms_key.signing.key_id
    }
    data "aws_kms_ciphertext" "secret" {
      key_id    = aws_kms_key.plain.key_id
      plaintext = "secret"
    }
  `,
};
