import { expect, test } from 'vitest';
import { withTerraform } from './terraform.ts';

withTerraform('Terraform and signing profiles', (stage, terraform) => {
  test('a profile is created, stays as planned, changes its tags, and is canceled', async () => {
    await terraform.write(configuration('red'));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.write(configuration('blue'));
    await terraform.apply();
    expect(await terraform.planCode()).toBe(0);

    await terraform.destroy();
    expect(stage.registry.account).toMatch(/^[0-9]{12}$/);
  });
});

function configuration(team: string): string {
  return `
    resource "aws_signer_signing_profile" "release" {
      name        = "release"
      platform_id = "Notation-OCI-SHA384-ECDSA"
      tags        = { team = "${team}" }
      signature_validity_period {
        value = 5
        type  = "YEARS"
      }
    }
    data "aws_signer_signing_profile" "read" {
      name = aws_signer_signing_profile.release.name
    }
    output "version" {
      value = data.aws_signer_signing_profile.read.version_arn
    }
  `;
}
