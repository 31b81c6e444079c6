import { PolicyMalformed } from '../../policy/malformed.ts';
import type { ParsedCondition, ParsedPolicy } from '../../policy/parsed-policy.ts';
import type { NamedPrincipal } from '../../policy/principals.ts';

/**
 * Issuers that sign for every customer of theirs, by host and path, with the claim that says for whom. A trust policy that
 * lets one in without asking for that claim lets all of them in: IAM User Guide, "Identity-provider controls for shared
 * OIDC providers".
 */
const SHARED_ISSUERS: ReadonlyMap<string, string> = new Map([
  ['token.actions.githubusercontent.com', 'sub'],
  ['oidc-configuration.audit-log.githubusercontent.com', 'sub'],
  ['gitlab.com', 'sub'],
  ['agent.buildkite.com', 'sub'],
  ['app.terraform.io', 'sub'],
  ['api.pulumi.com/oidc', 'aud'],
  ['oidc.codefresh.io', 'sub'],
  ['oidc.vercel.com', 'aud'],
  ['proidc.upbound.io', 'sub'],
  ['sandboxes.cloud', 'aud'],
  ['scalr.io', 'sub'],
  ['studio.datachain.ai/api', 'sub'],
  ['tokens.cloud.shisho.dev', 'sub'],
]);

/** Operators that narrow. `IfExists` would let a token without the claim in, and what is negated all but one. */
const NARROWING = /^(?:for(?:any|all)values?:)?string(?:equals|equalsignorecase|like)$/;

/** Whether a trust policy asks each shared issuer that it trusts for whom it speaks. @throws PolicyMalformed */
export function checkSharedIssuers({ statements }: ParsedPolicy): void {
  for (const { effect, principals, conditions } of statements) {
    if (effect !== 'Allow') continue;
    for (const issuer of (principals?.values ?? []).flatMap(issuerOf)) {
      const claim = SHARED_ISSUERS.get(issuer);
      if (claim === undefined || conditions.some((it) => narrows(it, `${issuer}:${claim}`))) continue;
      throw PolicyMalformed({
        reason: `The trust policy must have a condition on ${issuer}:${claim}, since the provider is shared by many`,
      });
    }
  }
}

function issuerOf({ kind, text }: NamedPrincipal): string[] {
  const [, issuer] = kind === 'federated' ? (/:oidc-provider\/(.+)$/.exec(text) ?? []) : [];
  return issuer === undefined ? [] : [issuer];
}

/** Each of its values must hold more than wildcards. */
function narrows({ operator, key, values }: ParsedCondition, wanted: string): boolean {
  return (
    NARROWING.test(operator.toLowerCase()) && key.toLowerCase() === wanted && values.every((it) => /[^*?]/.test(it))
  );
}
