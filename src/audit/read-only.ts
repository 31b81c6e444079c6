/** Actions that change nothing although their names do not begin like it; and STS, which CloudTrail counts so. */
const READS = new Set([
  'BatchCheckLayerAvailability',
  'BatchGetImage',
  'BatchGetRepositoryScanningConfiguration',
  'LookupEvents',
  'TestEventPattern',
  'ValidatePullThroughCacheRule',
  'Encrypt',
  'Decrypt',
  'ReEncrypt',
  'Sign',
  'Verify',
  'GenerateMac',
  'VerifyMac',
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  'DecodeAuthorizationMessage',
]);
const READING = /^(?:Get|List|Describe|Simulate|Generate)/;

/** Whether the operation changes nothing that the account has: CloudTrail's `readOnly`. */
export function isReadOnly(name: string): boolean {
  return READING.test(name) || READS.has(name);
}
