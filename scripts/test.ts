import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, countsOf, failuresOf, none, sum } from './test/counts.ts';
import { folderForTests } from './test/in-memory.ts';
import { run } from './test/run.ts';

/** What must hold before a test is worth its time: name and command line. */
const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['lint and format', 'biome', 'check', '--error-on-warnings', '--colors=off'],
  ['types', 'tsc', '--noEmit'],
  ['dependency rules', 'node', 'scripts/check-rules.ts'],
  ['unused code', 'knip', '--no-progress'],
  ['API model data', 'node', 'scripts/model/write.ts', '--check'],
];

/** Runs one check, says in a line how it went, and shows its words only when it failed. */
async function check([name, command, ...args]: (typeof CHECKS)[number]): Promise<Counts> {
  const startedAt = performance.now();
  const { status, output } = await run(command, args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (status !== 0) failures.push(name);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds} s\n`);
  if (status !== 0) process.stdout.write(`${output.trimEnd()}\n\n`);
  return { ...none, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

/** Runs Vitest with its own words on the terminal, and counts from its JSON report. */
async function vitest(args: readonly string[], env = process.env): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-test-report-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { status } = await run('vitest', ['run', '--passWithNoTests', ...reporters, ...args], { show: true, env });
    const json = await readFile(report, 'utf8').catch(() => undefined);
    const result = countsOf(json, status);
    if (result.failed > 0) failures.push(...failuresOf(json));
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The servers that tests of many nodes need; test/clients/acquire.sh brings them. */
function missingServers(): string[] {
  const programs = [
    '/usr/bin/radosgw',
    '/usr/bin/ceph-mon',
    '/usr/bin/ceph-osd',
    '/usr/lib/postgresql',
    '/usr/sbin/haproxy',
  ];
  return programs.filter((it) => !existsSync(it));
}

// Tests start hundreds of processes: what the first has compiled, the others need not.
const folder = await folderForTests();
process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled');

const filters = process.argv.slice(2);
const counts: Counts[] = [];
const failures: string[] = [];
if (filters.length > 0) {
  // Someone is at work on one thing: its tests alone.
  counts.push(await vitest(filters));
} else {
  // Real clients unpack images of a hundred layers, and some sync each file of them.
  const inMemory = { ...process.env, TMPDIR: folder };
  counts.push(...(await Promise.all(CHECKS.map(check))));
  for (const project of ['unit', 'clustered', 'clients', 'clients-clustered', 'faults']) {
    const missing = project === 'unit' || project === 'clients' ? [] : missingServers();
    if (missing.length > 0 && process.env['BERTH_TEST_REQUIRE'] !== 'all') {
      process.stdout.write(
        `skipped: tests on PostgreSQL and S3 (${project}): not on this machine: ${missing.join(', ')}\n`,
      );
      counts.push({ ...none, skipped: 1 });
    } else {
      counts.push(await vitest([`--project=${project}`], inMemory));
    }
  }
}
const total = sum(counts);
if (failures.length > 0) process.stdout.write(`\nFailed:\n\n${failures.join('\n\n')}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
