/** The ARN of an OIDC provider; `url` is host and path of its issuer, without scheme. */
export function oidcProviderArn(partition: string, account: string, url: string): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${url}`;
}

/**
 * Host and path of an issuer's URL, with the host in lower case; the path stays as it is, since tokens carry it so.
 * Undefined for what cannot be an issuer: OpenID Connect Discovery 1.0, section 4.
 */
export function parseIssuerUrl(url: string): string | undefined {
  const [, host, path] =
    /^https:\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?)((?:\/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)$/.exec(
      url,
    ) ?? [];
  return host === undefined || path === undefined ? undefined : `${host.toLowerCase()}${path}`;
}

/** Whether an issuer, as `parseIssuerUrl` gives it, names a port. */
export function hasPort(issuer: string): boolean {
  return /^[^/]*:/.test(issuer);
}
