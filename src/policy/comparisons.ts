import { isIn, parseAddress, parseNetwork } from './addresses.ts';
import { arnMatcher, splitArn } from './arn-pattern.ts';
import { fixedText, parseTemplate, textOf, wildcardMatcher } from './template.ts';
import type { Context } from './types.ts';

/** Whether a request's value is what a policy's value says. */
export type Comparison = (value: string, context: Context) => boolean;

/** Makes the comparison with one value of a policy. What can never be equal gives `never`. */
export type Compare = (expected: string, has: { readonly variables: boolean }) => Comparison;

const never: Comparison = () => false;

export const sameText: Compare = equalAfter((text) => text);
export const sameTextWithoutCase: Compare = equalAfter(foldCase);
export const sameTruth: Compare = equalAfter((text) => {
  const word = text.toLowerCase();
  return word === 'true' || word === 'false' ? word : undefined;
});

export const likeText: Compare = (expected, has) => {
  const template = parseTemplate(expected, has);
  return template ? wildcardMatcher(template) : never;
};

export const likeArn: Compare = (expected, has) => {
  const matches = arnMatcher(expected, has);
  return (value, context) => {
    const arn = splitArn(value);
    return arn !== undefined && matches(arn, context);
  };
};

export const sameBytes: Compare = (expected) => {
  const bytes = bytesOf(expected);
  return bytes === undefined ? never : (value) => bytesOf(value) === bytes;
};

export const inNetwork: Compare = (expected) => {
  const network = parseNetwork(expected);
  if (network === undefined) return never;
  return (value) => {
    const address = parseAddress(value);
    return address !== undefined && isIn(address, network);
  };
};

/** Compares numbers, or instants, by how a request's value lies to the policy's. */
export function ordered(read: (text: string) => number | undefined, holds: (value: number, than: number) => boolean) {
  return (expected: string): Comparison => {
    const than = read(expected);
    if (than === undefined) return never;
    return (text) => {
      const value = read(text);
      return value !== undefined && holds(value, than);
    };
  };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** A decimal number; undefined of other text, and of one that is too large to be told from others. */
export function numberOf(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Equality of what `read` makes of both; undefined is equal to nothing. */
function equalAfter(read: (text: string) => string | undefined): Compare {
  return (expected, has) => {
    const template = parseTemplate(expected, has);
    if (!template) return never;
    const fixed = fixedText(template);
    if (fixed !== undefined) {
      const wanted = read(fixed);
      return wanted === undefined ? never : (value) => read(value) === wanted;
    }
    return (value, context) => {
      const text = textOf(template, context);
      const wanted = text === undefined ? undefined : read(text);
      return wanted !== undefined && read(value) === wanted;
    };
  };
}

/** Simple case folding: each character for itself, so that none becomes two. */
function foldCase(text: string): string {
  let folded = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    const lower = (isOne(upper) ? upper : character).toLowerCase();
    folded += isOne(lower) ? lower : character;
  }
  return folded;
}

function isOne(text: string): boolean {
  return [...text].length === 1;
}

/** The bytes that base64 stands for, as a string that is equal for equal bytes; undefined when it is none. */
function bytesOf(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  return atob(text);
}
