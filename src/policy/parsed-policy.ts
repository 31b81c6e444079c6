import type { NamedPrincipal } from './principals.ts';
import type { Position } from './types.ts';

/** A document whose grammar was checked, as data. */
export interface ParsedPolicy {
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id: string | undefined;
  readonly statements: readonly ParsedStatement[];
}

export interface ParsedStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Listed<NamedPrincipal> | undefined;
  readonly actions: Listed<string>;
  readonly resources: Listed<string> | undefined;
  readonly conditions: readonly ParsedCondition[];
  readonly start: Position;
  readonly end: Position;
}

/** What an element lists, or with `isNot` all but that: `Action` and `NotAction`. */
export interface Listed<T> {
  readonly isNot: boolean;
  readonly values: readonly T[];
}

export interface ParsedCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}
