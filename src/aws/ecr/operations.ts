import type { Operation } from '../operation.ts';
import { CreateRepository } from './create-repository.ts';
import { DescribeRepositories } from './describe-repositories.ts';
import { GetAuthorizationToken } from './get-authorization-token.ts';

/** Every operation of ECR that is served. */
export const ECR_OPERATIONS: readonly Operation[] = [GetAuthorizationToken, CreateRepository, DescribeRepositories];
