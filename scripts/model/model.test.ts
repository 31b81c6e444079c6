import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BotocoreModel, findBotocore } from './botocore.ts';
import { declare } from './declare.ts';
import { factsOf } from './facts.ts';
import { SERVICES } from './services.ts';

const WRITE = join(import.meta.dirname, 'write.ts');
const COMMITTED = join(import.meta.dirname, '../../src/aws/model/');

const model: BotocoreModel = {
  metadata: { apiVersion: '2026-01-01', serviceId: 'Zoo', endpointPrefix: 'zoo', protocol: 'json', jsonVersion: '1.1' },
  operations: { FeedAnimal: { input: { shape: 'Feeding' }, errors: [{ shape: 'Bitten' }, { shape: 'ZooClosed' }] } },
  shapes: {
    Weights: { type: 'map', key: { shape: 'Diet' }, value: { shape: 'Weight' } },
    Feeding: {
      type: 'structure',
      required: ['animal'],
      members: {
        photo: { shape: 'Photo' },
        animal: { shape: 'Name' },
        at: { shape: 'Time' },
        foods: { shape: 'Foods' },
        weights: { shape: 'Weights' },
      },
    },
    Name: { type: 'string', min: 0, max: 9, pattern: '[a-z]*' },
    Photo: { type: 'blob' },
    Time: { type: 'timestamp' },
    Foods: { type: 'list', member: { shape: 'Diet' }, max: 2 },
    Diet: { type: 'string', enum: ['GRASS', 'MEAT'] },
    Weight: { type: 'double' },
    Nothing: { type: 'structure', members: {} },
    Bitten: { type: 'structure', members: {}, exception: true, error: { code: 'Bite', httpStatusCode: 409 } },
    ZooClosed: { type: 'structure', members: {}, exception: true, fault: true },
  },
};

test('the facts keep members in order, bounds that are zero and the status of errors, and sort the rest by name', () => {
  const { operations, shapes, signingName } = factsOf(model, '1.0.0');

  expect(signingName).toBe('zoo');
  expect(operations).toEqual({ FeedAnimal: { input: 'Feeding', errors: ['Bitten', 'ZooClosed'] } });
  expect(Object.keys(shapes).slice(0, 3)).toEqual(['Bitten', 'Diet', 'Feeding']);
  expect(Object.keys(shapes['Feeding']?.members ?? {})).toEqual(['photo', 'animal', 'at', 'foods', 'weights']);
  expect(shapes['Name']).toEqual({ type: 'string', min: 0, max: 9, pattern: '[a-z]*' });
  expect(shapes['Bitten']?.error).toEqual({ code: 'Bite', status: 409 });
  expect(shapes['ZooClosed']?.error).toEqual({ status: 500 });
});

test('structures and enums are declared as types, errors are not', () => {
  expect(
    declare(factsOf(model, '1.0.0')),
  ).toBe(`// Generated from Zoo's published API model (2026-01-01) by: npm run model

export type Diet = 'GRASS' | 'MEAT';

export interface Feeding {
  readonly photo?: Uint8Array;
  readonly animal: string;
  readonly at?: Date;
  readonly foods?: readonly Diet[];
  readonly weights?: Readonly<Partial<Record<Diet, number>>>;
}

export type Nothing = Readonly<Record<string, never>>;
`);
});

describe('the check', () => {
  test('finds the committed model to be what the botocore that it was made from gives', async ({ skip }) => {
    const version = findBotocore(undefined)?.version;
    const isSame = (await readFile(join(COMMITTED, 'ecr.json'), 'utf8')).includes(`"botocore": "${version}"`);
    // Whoever has another release, or none, could not mend a difference; the full run must have the one.
    skip(!isSame && process.env['BERTH_TEST_REQUIRE'] !== 'all', `botocore here: ${version ?? 'none'}`);

    const { status, stdout, stderr } = spawnSync(process.execPath, [WRITE, '--check'], { encoding: 'utf8' });

    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: expect.stringContaining('is what botocore') });
  });

  test('fails on a botocore with another model, and says which files and how to renew them', async () => {
    const botocore = await fakeBotocore();

    const { status, stderr } = spawnSync(process.execPath, [WRITE, '--check', '--botocore', botocore], {
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(
      /other than what botocore 9\.8\.7 gives: ecr\.json \(made from botocore [0-9.]+\), ecr\.ts, iam \(it has no iam\/2010-05-08\), .*\. To renew: npm run model/,
    );
  });

  test('passes without a botocore and says so, unless nothing may be left out', () => {
    const args = [WRITE, '--check', '--botocore', '/nowhere'];
    const run = (required: string) =>
      spawnSync(process.execPath, args, { encoding: 'utf8', env: { BERTH_TEST_REQUIRE: required } });

    expect(run('')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^No botocore found \(\/nowhere holds none\)[^\n]*\n$/),
    });
    expect(run('all').status).toBe(1);
  });
});

test.each(SERVICES)('none of the documentation is in the committed facts of $name', async ({ name }) => {
  const texts = (await readFile(join(COMMITTED, `${name}.json`), 'utf8')).match(/"(?:[^"\\]|\\.)*"/g) ?? [];

  // Names and values have two words at most, and patterns none; a sentence has more.
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter((it) => /[a-z]+\s[a-z]+\s[a-z]+|documentation|<p>/i.test(it))).toEqual([]);
});

test('of a service of which few operations are served, those are taken and the shapes that they need', () => {
  const { operations, shapes } = factsOf(
    { ...model, operations: { ...model.operations, OpenZoo: { output: { shape: 'Nothing' } } } },
    '1.0.0',
    ['OpenZoo'],
  );

  expect(operations).toEqual({ OpenZoo: { output: 'Nothing', errors: [] } });
  expect(shapes).toEqual({ Nothing: { type: 'structure', members: {} } });
  expect(() => factsOf(model, '1.0.0', ['CloseZoo'])).toThrow('The model has no CloseZoo.');
});

async function fakeBotocore(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-model-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = join(folder, 'data/ecr/2015-09-21');
  await mkdir(data, { recursive: true });
  await writeFile(join(folder, '__init__.py'), "__version__ = '9.8.7'\n");
  await writeFile(join(data, 'service-2.json.gz'), gzipSync(JSON.stringify(model)));
  return folder;
}

test('of a REST service the facts say how it is called, and which members are not in the body', () => {
  const { operations, shapes } = factsOf(
    {
      metadata: { ...model.metadata, protocol: 'rest-json' },
      operations: { FeedAnimal: { http: { method: 'PUT', requestUri: '/zoo/{animal}' }, input: { shape: 'Feeding' } } },
      shapes: {
        Name: { type: 'string' },
        Feeding: {
          type: 'structure',
          members: {
            animal: { shape: 'Name', location: 'uri', locationName: 'animal' },
            by: { shape: 'Name', location: 'header', locationName: 'X-Keeper' },
            note: { shape: 'Name', locationName: 'Note' },
          },
        },
      },
    },
    '1.0.0',
  );

  expect(operations['FeedAnimal']?.http).toEqual({ method: 'PUT', uri: '/zoo/{animal}' });
  expect(shapes['Feeding']?.locations).toEqual({
    animal: { in: 'uri', name: 'animal' },
    by: { in: 'header', name: 'X-Keeper' },
  });
});
