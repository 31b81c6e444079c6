import { NOBODY_IS_DENIED, OWN_RULES, type Rows, rowsOf } from './rows.ts';

export const STS_ROWS: Rows = {
  ...rowsOf('sts', { DecodeAuthorizationMessage: '*', GetAccessKeyInfo: '*' }),
  // What the role trusts counts, and who holds a session already: src/aws/sts/ tries it.
  AssumeRole: { action: OWN_RULES, on: '*' },
  GetFederationToken: { action: OWN_RULES, on: '*' },
  GetSessionToken: { action: OWN_RULES, on: '*' },
  GetCallerIdentity: { action: NOBODY_IS_DENIED, on: '*' },
};
