import type { TextShape } from '../../src/aws/model/facts.ts';
import { type Model, shapeOf } from '../../src/aws/model/model.ts';
import { compilePattern } from '../../src/aws/model/pattern.ts';

/** Texts of which at least one satisfies each pattern of the models. */
const TEXTS = [
  'sample',
  'v1',
  '123456',
  '123456789012',
  'us-east-1',
  '2026-01-01',
  `sha256:${'0'.repeat(64)}`,
  '00000000-0000-4000-8000-000000000000',
  'arn:aws:iam::123456789012:role/sample',
  'arn:aws:kms:us-east-1:123456789012:key/sample',
  'arn:aws:signer:us-east-1:123456789012:/signing-profiles/sample',
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/sample',
  '/sample/',
];

/** JSON that satisfies the shape, every optional member left out. @throws when no known text fits a pattern. */
export function sampleOf(model: Model, shapeName: string): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(shape.required.map((it) => [it, sampleOf(model, shape.members[it] ?? '')]));
    case 'list':
      return Array.from({ length: Math.max(1, shape.min ?? 0) }, () => sampleOf(model, shape.element));
    case 'map':
      return { [String(sampleOf(model, shape.key))]: sampleOf(model, shape.value) };
    case 'string':
      return textFor(shapeName, shape);
    case 'blob':
      return Buffer.alloc(shape.min ?? 0).toString('base64');
    case 'boolean':
      return true;
    case 'timestamp':
      return 1_700_000_000.123;
    default:
      return shape.min ?? 0;
  }
}

function textFor(shapeName: string, shape: TextShape): string {
  const { min = 0, max = Number.POSITIVE_INFINITY } = shape;
  const padded = TEXTS.map((it) => it.padEnd(min, 'x'));
  const fits = [...(shape.enum ?? []), ...padded].find(
    (it) => it.length <= max && matches(shape, it) && (shape.enum?.includes(it) ?? true),
  );
  if (fits === undefined) throw new Error(`No sample satisfies ${shapeName} (${shape.pattern}): add one to TEXTS.`);
  return fits;
}

export function matches(shape: TextShape, text: string): boolean {
  return shape.pattern === undefined || compilePattern(shape.pattern).test(text);
}
