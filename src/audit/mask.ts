/** Members that are secrets or content: no record holds them. */
const LEFT_OUT = new Set([
  'authorizationtoken',
  'ciphertextblob',
  'headerparameters',
  'imagemanifest',
  'layerpartblob',
  'mac',
  'message',
  'newpassword',
  'oldpassword',
  'password',
  'plaintext',
  'privatekeyplaintext',
  'samlassertion',
  'secretaccesskey',
  'sessiontoken',
  'signature',
  'token',
  'webidentitytoken',
]);

export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const LONGEST = 16 * 1024;
const DEEPEST = 12;

/**
 * A value of an input or output as a record may hold it: members begin in lower case as CloudTrail writes them, secrets
 * and content are hidden, bytes too, and what is long is cut.
 */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return HIDDEN;
  if (depth >= DEEPEST) return '...';
  if (Array.isArray(value)) return value.map((it) => masked(it, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, it]) => [
      lowerFirst(name),
      LEFT_OUT.has(name.toLowerCase()) ? HIDDEN : masked(it, depth + 1),
    ]),
  );
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
