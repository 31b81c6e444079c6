/** How large and how intricate a document may be. Sizes that IAM counts per entity are counted where they are stored. */
export const POLICY_LIMITS = {
  /** The longest text that any service takes ("IAM API reference", `policyDocumentType`). */
  characters: 131_072,
  statements: 500,
  /** Of each string, in characters. */
  stringLength: 2_048,
  /** `*` and `?` in one pattern. */
  wildcards: 64,
  /** Objects and lists within each other; a condition's value is in the eighth at most. */
  nesting: 8,
  /** Keys of one statement's conditions, over all operators. */
  conditionKeys: 100,
} as const;

/** The length by which IAM counts a document: without white space ("IAM and AWS STS quotas"). */
export function policySize(text: string): number {
  return text.replace(/[ \t\r\n]+/g, '').length;
}
