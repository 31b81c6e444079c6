import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Case } from './cases/case.ts';
import { clustered } from './cases/clustered.ts';
import { collection } from './cases/collection.ts';
import { describeImages } from './cases/describe-images.ts';
import { encryption } from './cases/encryption.ts';
import { eventLoop } from './cases/event-loop.ts';
import { largeMetadata } from './cases/large-metadata.ts';
import { lifecycle } from './cases/lifecycle.ts';
import { manifest } from './cases/manifest.ts';
import { memory } from './cases/memory.ts';
import { policy } from './cases/policy.ts';
import { pull } from './cases/pull.ts';
import { push } from './cases/push.ts';
import { start } from './cases/start.ts';
import type { Figure } from './figure.ts';
import { describeMachine } from './machine.ts';
import { keepReport, render } from './report.ts';

const CASES: readonly Case[] = [
  push,
  pull,
  manifest,
  memory,
  start,
  describeImages,
  eventLoop,
  clustered,
  collection,
  lifecycle,
  largeMetadata,
  policy,
  encryption,
];
const USAGE = `Usage: npm run bench [-- --only NAME] [--quick | --full]
Names: ${CASES.map((it) => it.name).join(', ')}`;

/** Exit status: 0 measured, 1 something failed, 2 wrong usage, 3 measured and a target was missed. */
async function main(): Promise<number> {
  const { only, quick, full } = readArguments();
  const chosen = CASES.filter((it) => only === undefined || it.name === only);
  if (chosen.length === 0) return complain(`There is no measurement "${only}".\n${USAGE}`, 2);

  const machine = await describeMachine();
  if (machine.curl === 'missing' || machine.wrk === 'missing') {
    return complain('curl and wrk are needed: apt-get install curl wrk', 1);
  }
  const hasPeer = machine.peer !== 'missing';
  if (!hasPeer)
    complain("docker-registry is missing, so only Berth's figures follow: apt-get install docker-registry", 0);

  const startedAt = new Date().toISOString();
  const figures: Figure[] = [];
  for (const it of chosen) {
    const begun = performance.now();
    process.stderr.write(`${it.name} ... `);
    const dir = await mkdtemp(join(tmpdir(), `berth-bench-${it.name}-`));
    try {
      figures.push(...(await it.run({ dir, hasPeer, isQuick: quick, isFull: full })));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  }

  const report = { startedAt, isQuick: quick, machine, figures };
  process.stdout.write(`\n${render(report)}\n`);
  process.stderr.write(`The same as JSON: ${await keepReport(report)}\n`);
  return figures.some((it) => it.isReached === false) && !quick ? 3 : 0;
}

function readArguments(): { only: string | undefined; quick: boolean; full: boolean } {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { only: { type: 'string' }, quick: flag, full: flag } });
  return { only: values.only, quick: values.quick, full: values.full };
}

function complain(text: string, status: number): number {
  process.stderr.write(`${text}\n`);
  return status;
}

process.exitCode = await main();
