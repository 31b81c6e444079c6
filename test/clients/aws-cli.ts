// The AWS CLI in each version that a machine may have.
import { describe } from 'vitest';
import { attemptAws, runAws } from './aws-cli-host.ts';
import { findClient, findOnPath, isOnOtherStorage, newest, sayMissing } from './client.ts';
import type { Outcome } from './run.ts';
import { awsEnv, onStage, type Stage } from './stage.ts';

export interface AwsCli {
  readonly title: string;
  readonly program: string;
  /** Whether it knows what ECR has learnt in the last years. The distribution's does not. */
  readonly knowsAll: boolean;
}

/** Every AWS CLI here: the one on the PATH of the tests, the distribution's, and today's. */
export function findAwsClis(): AwsCli[] {
  const old = findClient('aws', 'old')?.program;
  const found = [
    { title: 'the AWS CLI on the path', program: findOnPath('aws'), knowsAll: true },
    { title: "AWS CLI 2, the distribution's version", program: old, knowsAll: false },
    { title: "AWS CLI 2, today's version", program: findClient('aws', 'new')?.program, knowsAll: true },
  ];
  return found.flatMap(({ title, program, knowsAll }) => {
    if (program === undefined || (knowsAll && program === old)) return [];
    return [{ title, program, knowsAll }];
  });
}

/** Each of them, or one where the storage is the subject and what they send is known from the usual one. */
export function awsClisToTry(): AwsCli[] {
  return isOnOtherStorage() ? findAwsClis().slice(-1) : findAwsClis();
}

/**
 * One suite with the newest AWS CLI here that knows all of ECR; skipped, or failing, where there is none. What differs
 * between them is how they sign, read and print: `aws-cli.test.ts` tries that with each.
 */
export function withNewestAwsCli(title: string, define: (cli: AwsCli) => void): void {
  const cli = findAwsClis().findLast((it) => it.knowsAll);
  if (cli === undefined) sayMissing(title, ['an AWS CLI of today']);
  else describe(`${title}, by ${cli.title}`, () => define(cli));
}

/** `aws SERVICE ...` against the stage's registry, in the forms that tests ask for. */
export interface AwsCalls {
  /** What it printed. */
  text(...args: string[]): Promise<string>;
  /** What it printed, as the object that it is. */
  json(...args: string[]): Promise<Answer>;
  /** How it ended, where it may fail. */
  outcome(...args: string[]): Promise<Outcome>;
}

/** An answer of the API: the suites compare it, so it stays untyped but for being an object. */
type Answer = Readonly<Record<string, unknown>>;

/** What a call signs with; the registry's root where nothing is said. */
export interface AwsCaller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Readies a CLI for calls of the service (`ecr`, `iam`, `cloudtrail`) at the stage's registry. */
export function awsCalls(stage: Stage, cli: AwsCli, service: string, caller?: AwsCaller): AwsCalls {
  // Only versions of the last years read the endpoint from the environment, so it is said as a flag.
  const call = (args: string[]) => [service, ...args, '--endpoint-url', stage.registry.url];
  const options = () => ({
    env: { ...stage.env('old'), ...awsEnv(stage.registry, stage.home), ...(caller && signedBy(caller)) },
    cwd: stage.home,
  });
  const text = (...args: string[]) => runAws(cli.program, call(args), options());
  return {
    text,
    json: async (...args) => JSON.parse((await text(...args, '--output', 'json')) || '{}'),
    outcome: (...args) => attemptAws(cli.program, call(args), options()),
  };
}

function signedBy({ accessKeyId, secretAccessKey, sessionToken }: AwsCaller): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** Creates a repository whose image has all of `tags`; resolves with its address. */
export async function tagged(stage: Stage, repositoryName: string, ...tags: string[]): Promise<string> {
  const address = await stage.repository(repositoryName);
  for (const tag of tags) {
    await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${address}:${tag}`);
  }
  return address;
}
