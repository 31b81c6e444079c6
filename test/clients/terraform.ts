// Terraform with the AWS provider, as the suites of several services drive it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { findOnPath, sayMissing } from './client.ts';
import type { RegistryOptions } from './registry.ts';
import { attempt, run } from './run.ts';
import { awsEnv, type Stage, useStage } from './stage.ts';

export interface Terraform {
  /** Makes `text` the configuration, beside the provider's own block; the first time `init` is run. */
  write(text: string): Promise<void>;
  /** Resolves with what it printed. */
  apply(): Promise<string>;
  /** Loses what it knows of what it has made. */
  forget(): void;
  /** 0 when nothing is to be changed; what is to be changed is shown otherwise. */
  planCode(): Promise<number | null>;
  destroy(): Promise<void>;
}

/** One suite that drives Terraform against a stage of its own; skipped, or failing, where it or the provider is missing. */
export function withTerraform(
  title: string,
  define: (stage: Stage, terraform: Terraform) => void,
  options: RegistryOptions = {},
): void {
  if (program === undefined || plugins === undefined) {
    sayMissing(title, ['terraform with the AWS provider in a local mirror']);
    return;
  }
  const terraform = program;
  const mirror = plugins;
  describe(title, () => {
    const stage = useStage(options);
    define(stage, terraformOn(stage, terraform, mirror));
  });
}

const program = findOnPath('terraform');
const plugins = program === undefined ? undefined : await findProviderMirror();

function terraformOn(stage: Stage, terraform: string, mirror: string): Terraform {
  const folder = () => join(stage.home, 'tf');
  const call = (...args: string[]) => {
    const settings = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
    const env = { ...stage.env('old'), ...awsEnv(stage.registry, stage.home), ...settings };
    const flags = ['-input=false', '-no-color'];
    return [terraform, [...args, ...flags], { env, cwd: folder(), timeoutMs: 120_000 }] as const;
  };
  let isReady = false;
  return {
    async write(text) {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(join(folder(), 'main.tf'), PROVIDER + text);
      if (!isReady) await run(...call('init', `-plugin-dir=${mirror}`));
      isReady = true;
    },
    async apply() {
      return run(...call('apply', '-auto-approve'));
    },
    forget() {
      rmSync(join(folder(), 'terraform.tfstate'));
    },
    async planCode() {
      const outcome = await attempt(...call('plan', '-detailed-exitcode'));
      if (outcome.code !== 0) console.error(outcome.stdout, outcome.stderr);
      return outcome.code;
    },
    async destroy() {
      await run(...call('destroy', '-auto-approve'));
    },
  };
}

const PROVIDER = `
  terraform {
    required_providers {
      aws = { source = "hashicorp/aws" }
    }
  }
  provider "aws" {
    skip_metadata_api_check = true
    skip_region_validation  = true
    max_retries             = 1
  }
`;

/**
 * The folder to give to `terraform init -plugin-dir`: the one above the provider's registry host. What other runs have
 * linked into their own `.terraform` goes away with them.
 */
async function findProviderMirror(): Promise<string | undefined> {
  const parts = ['/', '-xdev', '-path', '/proc', '-prune', '-o', '-type', 'd', '-path', '*/hashicorp/aws'];
  const args = [...parts, '-not', '-path', '*/.terraform/*', '-print', '-quit'];
  const { stdout } = await attempt('/usr/bin/find', args, { env: { PATH: '/usr/bin:/bin' } });
  const found = stdout.trim();
  return found === '' ? undefined : join(found, '..', '..', '..');
}
