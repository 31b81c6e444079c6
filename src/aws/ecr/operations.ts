import type { Operation } from '../operation.ts';
import { BatchCheckLayerAvailability } from './batch-check-layer-availability.ts';
import { BatchDeleteImage } from './batch-delete-image.ts';
import { BatchGetImage } from './batch-get-image.ts';
import { CompleteLayerUpload } from './complete-layer-upload.ts';
import { CreateRepository } from './create-repository.ts';
import { DeleteRegistryPolicy } from './delete-registry-policy.ts';
import { DeleteRepository } from './delete-repository.ts';
import { DeleteRepositoryPolicy } from './delete-repository-policy.ts';
import { DescribeImages } from './describe-images.ts';
import { DescribeRegistry } from './describe-registry.ts';
import { DescribeRepositories } from './describe-repositories.ts';
import { GetAccountSetting } from './get-account-setting.ts';
import { GetAuthorizationToken } from './get-authorization-token.ts';
import { GetDownloadUrlForLayer } from './get-download-url-for-layer.ts';
import { GetRegistryPolicy } from './get-registry-policy.ts';
import { GetRepositoryPolicy } from './get-repository-policy.ts';
import { InitiateLayerUpload } from './initiate-layer-upload.ts';
import { ListImageReferrers } from './list-image-referrers.ts';
import { ListImages } from './list-images.ts';
import { ListTagsForResource } from './list-tags-for-resource.ts';
import { PutAccountSetting } from './put-account-setting.ts';
import { PutImage } from './put-image.ts';
import { PutImageTagMutability } from './put-image-tag-mutability.ts';
import { PutRegistryPolicy } from './put-registry-policy.ts';
import { SetRepositoryPolicy } from './set-repository-policy.ts';
import { TagResource } from './tag-resource.ts';
import { UntagResource } from './untag-resource.ts';
import { UploadLayerPart } from './upload-layer-part.ts';

/** Every operation of ECR that is served. */
export const ECR_OPERATIONS: readonly Operation[] = [
  BatchCheckLayerAvailability,
  BatchDeleteImage,
  BatchGetImage,
  CompleteLayerUpload,
  CreateRepository,
  DeleteRegistryPolicy,
  DeleteRepository,
  DeleteRepositoryPolicy,
  DescribeImages,
  DescribeRegistry,
  DescribeRepositories,
  GetAccountSetting,
  GetAuthorizationToken,
  GetDownloadUrlForLayer,
  GetRegistryPolicy,
  GetRepositoryPolicy,
  InitiateLayerUpload,
  ListImageReferrers,
  ListImages,
  ListTagsForResource,
  PutAccountSetting,
  PutImage,
  PutImageTagMutability,
  PutRegistryPolicy,
  SetRepositoryPolicy,
  TagResource,
  UntagResource,
  UploadLayerPart,
];
