// Lifecycle policies, as the AWS CLI and Terraform's AWS provider say them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsCalls, findAwsClis, tagged } from './aws-cli.ts';
import { sayMissing } from './client.ts';
import { useStage } from './stage.ts';
import { withTerraform } from './terraform.ts';

const KEEP_TWO = {
  rules: [
    {
      rulePriority: 1,
      description: 'the two youngest',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 },
      action: { type: 'expire' },
    },
  ],
};

const clis = findAwsClis();
if (clis.length === 0) sayMissing('AWS CLI', ['aws']);

describe.each(clis)('$title', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');

  test('a policy is put, previewed until it is complete, read and deleted', async () => {
    await tagged(stage, 'cli/lifecycle', 'a');
    const name = ['--repository-name', 'cli/lifecycle'];
    const text = JSON.stringify({
      rules: [{ ...KEEP_TWO.rules[0], selection: { ...KEEP_TWO.rules[0]?.selection, countNumber: 1_000 } }],
    });
    writeFileSync(join(stage.home, 'policy.json'), text);
    const file = ['--lifecycle-policy-text', 'file://policy.json'];

    expect(await aws.json('put-lifecycle-policy', ...name, ...file)).toMatchObject({
      repositoryName: 'cli/lifecycle',
      lifecyclePolicyText: text,
    });
    expect(await aws.json('start-lifecycle-policy-preview', ...name)).toMatchObject({ status: 'IN_PROGRESS' });
    await aws.text('wait', 'lifecycle-policy-preview-complete', ...name);
    expect(await aws.json('get-lifecycle-policy-preview', ...name)).toMatchObject({
      status: 'COMPLETE',
      previewResults: [],
      summary: { expiringImageTotalCount: 0 },
    });
    expect(await aws.json('get-lifecycle-policy', ...name)).toMatchObject({ lifecyclePolicyText: text });
    await aws.json('delete-lifecycle-policy', ...name);
    const gone = await aws.outcome('get-lifecycle-policy', ...name);
    expect(gone.stderr).toContain('(LifecyclePolicyNotFoundException)');
    const wrong = await aws.outcome('put-lifecycle-policy', ...name, '--lifecycle-policy-text', ' '.repeat(100));
    expect(wrong.stderr).toContain('Could not map policyString into LifecyclePolicy.');
  });
});

const policyOf = (days: number) => `
  resource "aws_ecr_repository" "app" {
    name = "team/app"
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
        count_number     = ${days}
      }
    }
  }
  resource "aws_ecr_lifecycle_policy" "app" {
    repository = aws_ecr_repository.app.name
    policy     = data.aws_ecr_lifecycle_policy_document.app.json
  }
`;

const IMPORTED = `
  import {
    to = aws_ecr_repository.app
    id = "team/app"
  }
  import {
    to = aws_ecr_lifecycle_policy.app
    id = "team/app"
  }
`;

withTerraform('Terraform with lifecycle policies', (_, terraform) => {
  test('a policy is made, changed, imported and destroyed, with nothing left to do in between', async () => {
    await terraform.write(policyOf(14));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);
    await terraform.write(policyOf(30));
    expect(await terraform.planCode()).toBe(2);
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    terraform.forget();
    await terraform.write(policyOf(30) + IMPORTED);
    expect(await terraform.apply()).toContain('2 imported, 0 added, 0 changed, 0 destroyed');
    expect(await terraform.planCode()).toBe(0);
    await terraform.destroy();
  });
});
