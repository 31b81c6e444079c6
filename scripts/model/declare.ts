import type { Facts, ShapeFacts } from './facts.ts';

const LINE_WIDTH = 120;

/** TypeScript declarations of the structures and enums in `facts`, formatted as the formatter would. */
export function declare(facts: Facts): string {
  const declared = Object.entries(facts.shapes).flatMap(([name, shape]) => declaration(facts, name, shape) ?? []);
  const header = `// Generated from ${facts.serviceId}'s published API model (${facts.source.apiVersion}) by: npm run model\n`;
  return `${[header, ...declared].join('\n')}`;
}

/** Errors are thrown as refusals, and simple shapes stand in the members themselves. */
function declaration(facts: Facts, name: string, shape: ShapeFacts): string | undefined {
  if (shape.error) return undefined;
  if (shape.enum) return union(name, shape.enum);
  if (shape.type !== 'structure') return undefined;

  const members = Object.entries(shape.members ?? {});
  if (members.length === 0) return `export type ${name} = Readonly<Record<string, never>>;\n`;
  const lines = members.map(([member, target]) => {
    const mark = shape.required?.includes(member) ? '' : '?';
    return `  readonly ${member}${mark}: ${typeOf(facts, target)};\n`;
  });
  return `export interface ${name} {\n${lines.join('')}}\n`;
}

function union(name: string, values: readonly string[]): string {
  const quoted = values.map((it) => `'${it}'`);
  const line = `export type ${name} = ${quoted.join(' | ')};`;
  return line.length <= LINE_WIDTH
    ? `${line}\n`
    : `export type ${name} =\n${quoted.map((it) => `  | ${it}`).join('\n')};\n`;
}

function typeOf(facts: Facts, name: string): string {
  const shape = facts.shapes[name];
  if (!shape) throw new Error(`The model names a shape ${name} that it does not hold.`);
  switch (shape.type) {
    case 'structure':
      return name;
    case 'list':
      return `readonly ${typeOf(facts, shape.element ?? '')}[]`;
    case 'map': {
      const record = `Record<${typeOf(facts, shape.key ?? '')}, ${typeOf(facts, shape.value ?? '')}>`;
      // A map with an enum for its keys need not hold each of them.
      return facts.shapes[shape.key ?? '']?.enum ? `Readonly<Partial<${record}>>` : `Readonly<${record}>`;
    }
    case 'string':
      return shape.enum ? name : 'string';
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'blob':
      return 'Uint8Array';
    default:
      throw new Error(`Shape ${name} is of the unknown type ${shape.type}.`);
  }
}
