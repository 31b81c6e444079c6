import { glob } from 'node:fs/promises';
import { cruise } from 'dependency-cruiser';
import { rules } from './rules/dependency-rules.ts';

// Tests may import what they like: adapters, doors, each other's fixtures.
const TEST = '\\.test\\.ts$';

const { output } = await cruise(['src'], {
  ruleSet: { forbidden: [...rules] },
  validate: true,
  exclude: { path: TEST },
  doNotFollow: { path: 'node_modules' },
  parser: 'swc',
  tsPreCompilationDeps: true,
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
});
if (typeof output === 'string') throw new Error('dependency-cruiser answered with text instead of its result.');

const files = (await Array.fromAsync(glob('src/**/*.ts'))).filter((it) => !it.endsWith('.test.ts'));
const seen = new Set(output.modules.map((it) => it.source));
const unseen = files.filter((it) => !seen.has(it));
// Without a parser that understands TypeScript the tool sees nothing and finds nothing wrong.
if (unseen.length > 0) {
  console.error(`dependency-cruiser did not look at ${unseen.length} of ${files.length} files: ${unseen.join(', ')}`);
  process.exitCode = 1;
}

for (const { rule, from, to } of output.summary.violations) {
  const why = rules.find((it) => it.name === rule.name)?.comment ?? '';
  console.error(`${from} may not import ${to} (${rule.name}). ${why}`);
  process.exitCode = 1;
}
