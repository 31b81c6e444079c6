import type { JsonNode } from '../../policy/json.ts';
import { PatternFault } from './pattern-fault.ts';

/** A number of a pattern that is compared. @throws PatternFault when a double cannot tell it from all or nothing */
export function comparableNumber({ text, end }: JsonNode & { readonly kind: 'number' | 'word' }): number {
  const value = Number(text);
  const isLost = value === 0 && /[1-9]/.test(text.replace(/[eE].*/, ''));
  if (isLost || !Number.isFinite(value)) throw new PatternFault(`Cannot compare number : ${text}`, end);
  return value;
}
