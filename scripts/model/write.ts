// Writes src/aws/model/{service}.json and .ts from the botocore on this machine:
//   node scripts/model/write.ts [--check] [--botocore DIR]
// --check writes nothing: it exits 1 when the committed files are not what this botocore gives.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Botocore, findBotocore, readServiceModel } from './botocore.ts';
import { declare } from './declare.ts';
import { type Facts, factsOf } from './facts.ts';
import { SERVICES } from './services.ts';

const FOLDER = join(import.meta.dirname, '../../src/aws/model');

const { values: flags } = parseArgs({
  options: { check: { type: 'boolean', default: false }, botocore: { type: 'string' } },
});
process.exitCode = main();

function main(): number {
  const botocore = findBotocore(flags.botocore);
  if (!botocore) {
    const where = flags.botocore === undefined ? 'python3 imports none' : `${flags.botocore} holds none`;
    const isNeeded = !flags.check || process.env['BERTH_TEST_REQUIRE'] === 'all';
    console.error(`No botocore found (${where}): the API model was not ${flags.check ? 'compared' : 'written'}.`);
    return isNeeded ? 1 : 0;
  }
  return flags.check ? check(botocore) : write(botocore);
}

function write(botocore: Botocore): number {
  for (const { name, folder, operations } of SERVICES) {
    const model = readServiceModel(botocore, folder);
    if (!model) throw new Error(`botocore ${botocore.version} has no ${folder}.`);
    const facts = factsOf(model, botocore.version, operations);
    writeFileSync(join(FOLDER, `${name}.json`), jsonOf(facts));
    writeFileSync(join(FOLDER, `${name}.ts`), declare(facts));
    console.log(`Wrote ${name}.json and ${name}.ts from botocore ${botocore.version}.`);
  }
  return 0;
}

function check(botocore: Botocore): number {
  const different = SERVICES.flatMap(({ name, folder, operations }) => {
    const committed = committedText(`${name}.json`);
    // Another release of botocore with the same model is no difference: the files keep the version they were made of.
    const madeOf = /"botocore": "([^"]+)"/.exec(committed)?.[1] ?? botocore.version;
    const model = readServiceModel(botocore, folder);
    if (!model) return [`${name} (it has no ${folder})`];
    const facts = factsOf(
      model,
      madeOf,
      operations?.filter((it) => Object.hasOwn(model.operations, it)),
    );
    const stale = [];
    if (committed !== jsonOf(facts)) stale.push(`${name}.json (made from botocore ${madeOf})`);
    if (committedText(`${name}.ts`) !== declare(facts)) stale.push(`${name}.ts`);
    return stale;
  });
  if (different.length === 0) {
    console.log(`The API model in src/aws/model is what botocore ${botocore.version} gives.`);
    return 0;
  }
  const what = different.join(', ');
  console.error(
    `In src/aws/model, other than what botocore ${botocore.version} gives: ${what}. To renew: npm run model`,
  );
  return 1;
}

function committedText(file: string): string {
  const path = join(FOLDER, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function jsonOf(facts: Facts): string {
  return `${JSON.stringify(facts, null, 1)}\n`;
}
