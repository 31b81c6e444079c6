/*
 * What each operation and each route asks for, written down from the Service Authorization Reference rather than read from
 * the code: the matrix compares the two. A new operation without a row fails.
 */

/** What is asked for before an operation is done. */
export interface Row {
  /** Such as `ecr:PutImage`; or why there is none. */
  readonly action: `${string}:${string}` | typeof NOBODY_IS_DENIED | typeof OWN_RULES;
  /** An action that is as good. */
  readonly orAction?: `${string}:${string}`;
  readonly on: On;
  /** What the input has besides, or instead of, the smallest that is valid. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** On the repository that is addressed, on all of its registry, on nothing in particular, or on an ARN of the account. */
export type On = 'repository' | 'all repositories' | '*' | { readonly arn: string };

/** Whoever is known may. */
export const NOBODY_IS_DENIED = 'nobody is denied';
/** More than policies of the caller decides: tests of its own say so. The matrix asks as those who are not known. */
export const OWN_RULES = 'own rules';

export type Rows = Readonly<Record<string, Row>>;

/** Rows of a service whose actions are called as its operations. */
export function rowsOf(
  service: string,
  operations: Readonly<Record<string, On | (Omit<Row, 'action' | 'orAction'> & { readonly action?: string })>>,
): Rows {
  return Object.fromEntries(
    Object.entries(operations).map(([name, given]) => {
      const row = typeof given === 'string' || 'arn' in given ? { on: given } : given;
      return [name, { ...row, action: `${service}:${'action' in row && row.action ? row.action : name}` } as const];
    }),
  );
}
