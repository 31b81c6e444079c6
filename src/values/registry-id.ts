/** A registry is one account in one region. The account is twelve digits as text: leading zeros count. */
export interface RegistryId {
  readonly account: string;
  readonly region: string;
}

const ACCOUNT = /^[0-9]{12}$/;
const REGION = /^[a-z]{2,}(?:-[a-z]+)+-[0-9]+$/;

export function isAccount(text: string): boolean {
  return ACCOUNT.test(text);
}

/** Whether `text` has the form of an AWS region, such as `eu-central-1` or `us-gov-west-1`. */
export function isRegion(text: string): boolean {
  return REGION.test(text) && text.length <= 32;
}
