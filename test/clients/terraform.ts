// Terraform with the AWS provider. All that is tried with it is one configuration: each of its commands reads what
// hundreds of services may be told, whatever is asked of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { findOnPath, sayMissing } from './client.ts';
import type { RegistryOptions } from './registry.ts';
import { attempt, type Daemon, run, startDaemon } from './run.ts';
import { awsEnv, type Stage, useStage } from './stage.ts';

/** What differs between the first configuration and the one that it is changed to. */
export interface Wanted {
  readonly account: string;
  readonly team: 'red' | 'blue';
  readonly isChanged: boolean;
}

/** What is tried of one service, or of one side of it. Names of resources are its own. */
export interface TerraformPart {
  readonly configuration: (wanted: Wanted) => string;
  /** Which resources are also imported, and under what id. */
  readonly imports?: (wanted: Wanted) => Readonly<Record<string, string>>;
}

export interface Terraform {
  /** Makes `text` the configuration, beside the provider's own block; the first time `init` is run. */
  write(text: string): Promise<void>;
  /** Resolves with what it printed. */
  apply(): Promise<string>;
  /** Loses what it knows of these resources, each named as `TYPE.NAME`. */
  forget(addresses: readonly string[]): void;
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
    let provider: Daemon & { readonly address: string };
    beforeAll(async () => {
      provider = await startProvider(mirror, environmentOn(stage));
    });
    afterAll(() => provider?.stop());
    define(
      stage,
      terraformOn(stage, terraform, () => provider.address),
    );
  });
}

const program = findOnPath('terraform');
const plugins = program === undefined ? undefined : await findProvider();

function terraformOn(stage: Stage, terraform: string, provider: () => string): Terraform {
  const folder = () => join(stage.home, 'tf');
  const call = (...args: string[]) => {
    const env = { ...environmentOn(stage), TF_REATTACH_PROVIDERS: provider() };
    const flags = ['-input=false', '-no-color'];
    return [terraform, [...args, ...flags], { env, cwd: folder(), timeoutMs: 300_000 }] as const;
  };
  let isReady = false;
  return {
    async write(text) {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(join(folder(), 'main.tf'), PROVIDER + text);
      if (!isReady) await run(...call('init'));
      isReady = true;
    },
    async apply() {
      return run(...call('apply', '-auto-approve', MANY_AT_ONCE));
    },
    forget(addresses) {
      const file = join(folder(), 'terraform.tfstate');
      const state: State = JSON.parse(readFileSync(file, 'utf8'));
      const isKept = (it: State['resources'][number]) => !addresses.includes(`${it.type}.${it.name}`);
      writeFileSync(file, JSON.stringify({ ...state, resources: state.resources.filter(isKept) }));
    },
    async planCode() {
      const outcome = await attempt(...call('plan', '-detailed-exitcode', MANY_AT_ONCE));
      if (outcome.code !== 0) console.error(outcome.stdout, outcome.stderr);
      return outcome.code;
    },
    async destroy() {
      await run(...call('destroy', '-auto-approve', MANY_AT_ONCE));
    },
  };
}

interface State {
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** The provider waits for seconds until a key of KMS is sure to be as it was told; no other need wait for it. */
const MANY_AT_ONCE = '-parallelism=40';

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

function environmentOn(stage: Stage): Record<string, string> {
  // It trusts whom SSL_CERT_FILE says. A bundle of its own it can take only once in the life of a process.
  const { AWS_CA_BUNDLE: _, ...aws } = awsEnv(stage.registry, stage.home);
  const settings = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
  return { ...stage.env('old'), ...aws, ...settings };
}

/** Starts the provider for all commands of a suite, as its developers debug it; otherwise each starts its own, twice. */
async function startProvider(
  provider: string,
  env: Readonly<Record<string, string>>,
): Promise<Daemon & { readonly address: string }> {
  const quiet = { TF_LOG_PROVIDER: 'off', TF_LOG_SDK: 'off', TF_LOG_SDK_PROTO: 'off' };
  let address: string | undefined;
  const daemon = await startDaemon(provider, ['-debug'], { env: { ...env, ...quiet } }, async (wrote) => {
    address = /TF_REATTACH_PROVIDERS='(.*)'/.exec(wrote)?.[1];
    return address !== undefined;
  });
  return { ...daemon, address: address ?? '' };
}

/** The AWS provider's program in a mirror on this machine. What other runs have linked into their own folders goes with them. */
async function findProvider(): Promise<string | undefined> {
  // Where it is usually kept is looked at first: the whole machine takes seconds.
  const parts = [
    '/opt',
    '/usr/local',
    '/usr/share',
    '/',
    '-xdev',
    '-path',
    '/proc',
    '-prune',
    '-o',
    '-type',
    'f',
    '-path',
    '*/hashicorp/aws/*',
  ];
  const args = [...parts, '-name', 'terraform-provider-aws*', '-not', '-path', '*/.terraform/*', '-print', '-quit'];
  const { stdout } = await attempt('/usr/bin/find', args, { env: { PATH: '/usr/bin:/bin' } });
  return stdout.trim() || undefined;
}
