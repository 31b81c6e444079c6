// Profiles of AWS Signer.
import type { TerraformPart } from './terraform.ts';

export const SIGNING: TerraformPart = {
  configuration: ({ team }) => `
    resource "aws_signer_signing_profile" "release" {
      name        = "release"
      platform_id = "Notation-OCI-SHA384-ECDSA"
      tags        = { team = "${team}" }
      signature_validity_period {
        value = 5
        type  = "YEARS"
      }
    }
    data "aws_signer_signing_profile" "release" {
      name = aws_signer_signing_profile.release.name
    }
    output "profile" {
      value = data.aws_signer_signing_profile.release.version_arn
    }
  `,
};
