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
  if (host === undefined || path === undefined || !URL.canParse(url)) return undefined;
  // What clients would write otherwise (0x7f.1 is 127.0.0.1, /a/../b is /b) would be asked at another place than it says.
  const { hostname, pathname } = new URL(url);
  const name = host.toLowerCase();
  const isWritten = hostname === name.replace(/:[0-9]+$/, '') && pathname === (path === '' ? '/' : path);
  return isWritten ? `${name}${path}` : undefined;
}

/** Whether an issuer, as `parseIssuerUrl` gives it, names a port. */
export function hasPort(issuer: string): boolean {
  return /^[^/]*:/.test(issuer);
}
