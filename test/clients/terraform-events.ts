// Rules of EventBridge about what is pushed.
import type { TerraformPart } from './terraform.ts';

export const EVENTS: TerraformPart = {
  configuration: ({ account, team, isChanged }) => `
    resource "aws_cloudwatch_event_rule" "pushes" {
      name        = "pushes"
      description = "of ${team}"
      state       = "${isChanged ? 'DISABLED' : 'ENABLED'}"
      tags        = { team = "${team}" }
      event_pattern = jsonencode({
        source        = ["aws.ecr"]
        "detail-type" = ["ECR Image Action"]
        detail = {
          "action-type" = ["PUSH"]
          "image-tag"   = [{ prefix = "${isChanged ? 'v' : 'release-'}" }]
        }
      })
    }
    resource "aws_cloudwatch_event_target" "webhook" {
      rule      = aws_cloudwatch_event_rule.pushes.name
      target_id = "webhook"
      arn       = "arn:aws:events:::url/https://ci.example.com/hooks/${isChanged ? 'v' : 'release-'}"
      input_transformer {
        input_paths    = { tag = "$.detail.image-tag", repository = "$.detail.repository-name" }
        input_template = "{\\"text\\": \\"<repository>:<tag> of ${team}\\"}"
      }
      retry_policy {
        maximum_event_age_in_seconds = 3600
        maximum_retry_attempts       = 10
      }
      http_target {
        header_parameters = { "X-Team" = "${team}" }
      }
    }
    resource "aws_cloudwatch_event_target" "queue" {
      rule       = aws_cloudwatch_event_rule.pushes.name
      target_id  = "queue"
      arn        = "arn:aws:sqs:us-east-1:${account}:pushes.fifo"
      input_path = "$.detail"
      sqs_target {
        message_group_id = "${team}"
      }
      dead_letter_config {
        arn = "arn:aws:sqs:us-east-1:${account}:dead"
      }
    }
    data "aws_cloudwatch_event_bus" "default" {
      name = "default"
    }
  `,
};
