import type { Operation } from '../operation.ts';
import { AssumeRole } from './assume-role.ts';
import { AssumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import { DecodeAuthorizationMessage } from './decode-authorization-message.ts';
import { GetAccessKeyInfo } from './get-access-key-info.ts';
import { GetCallerIdentity } from './get-caller-identity.ts';
import { GetFederationToken } from './get-federation-token.ts';
import { GetSessionToken } from './get-session-token.ts';

/** Every operation of STS that is served. */
export const STS_OPERATIONS: readonly Operation[] = [
  AssumeRole,
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetFederationToken,
  GetSessionToken,
];
