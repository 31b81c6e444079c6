import type { Operation } from '../operation.ts';
import { BatchCheckLayerAvailability } from './batch-check-layer-availability.ts';
import { BatchDeleteImage } from './batch-delete-image.ts';
import { BatchGetImage } from './batch-get-image.ts';
import { BatchGetRepositoryScanningConfiguration } from './batch-get-repository-scanning-configuration.ts';
import { CompleteLayerUpload } from './complete-layer-upload.ts';
import { CreatePullThroughCacheRule } from './create-pull-through-cache-rule.ts';
import { CreateRepository } from './create-repository.ts';
import { CreateRepositoryCreationTemplate } from './create-repository-creation-template.ts';
import { DeleteLifecyclePolicy } from './delete-lifecycle-policy.ts';
import { DeletePullThroughCacheRule } from './delete-pull-through-cache-rule.ts';
import { DeleteRegistryPolicy } from './delete-registry-policy.ts';
import { DeleteRepository } from './delete-repository.ts';
import { DeleteRepositoryCreationTemplate } from './delete-repository-creation-template.ts';
import { DeleteRepositoryPolicy } from './delete-repository-policy.ts';
import { DeleteSigningConfiguration } from './delete-signing-configuration.ts';
import { DeregisterPullTimeUpdateExclusion } from './deregister-pull-time-update-exclusion.ts';
import { DescribeImageReplicationStatus } from './describe-image-replication-status.ts';
import { DescribeImageScanFindings } from './describe-image-scan-findings.ts';
import { DescribeImageSigningStatus } from './describe-image-signing-status.ts';
import { DescribeImages } from './describe-images.ts';
import { DescribePullThroughCacheRules } from './describe-pull-through-cache-rules.ts';
import { DescribeRegistry } from './describe-registry.ts';
import { DescribeRepositories } from './describe-repositories.ts';
import { DescribeRepositoryCreationTemplates } from './describe-repository-creation-templates.ts';
import { GetAccountSetting } from './get-account-setting.ts';
import { GetAuthorizationToken } from './get-authorization-token.ts';
import { GetDownloadUrlForLayer } from './get-download-url-for-layer.ts';
import { GetLifecyclePolicy } from './get-lifecycle-policy.ts';
import { GetLifecyclePolicyPreview } from './get-lifecycle-policy-preview.ts';
import { GetRegistryPolicy } from './get-registry-policy.ts';
import { GetRegistryScanningConfiguration } from './get-registry-scanning-configuration.ts';
import { GetRepositoryPolicy } from './get-repository-policy.ts';
import { GetSigningConfiguration } from './get-signing-configuration.ts';
import { InitiateLayerUpload } from './initiate-layer-upload.ts';
import { ListImageReferrers } from './list-image-referrers.ts';
import { ListImages } from './list-images.ts';
import { ListPullTimeUpdateExclusions } from './list-pull-time-update-exclusions.ts';
import { ListTagsForResource } from './list-tags-for-resource.ts';
import { PutAccountSetting } from './put-account-setting.ts';
import { PutImage } from './put-image.ts';
import { PutImageScanningConfiguration } from './put-image-scanning-configuration.ts';
import { PutImageTagMutability } from './put-image-tag-mutability.ts';
import { PutLifecyclePolicy } from './put-lifecycle-policy.ts';
import { PutRegistryPolicy } from './put-registry-policy.ts';
import { PutRegistryScanningConfiguration } from './put-registry-scanning-configuration.ts';
import { PutReplicationConfiguration } from './put-replication-configuration.ts';
import { PutSigningConfiguration } from './put-signing-configuration.ts';
import { RegisterPullTimeUpdateExclusion } from './register-pull-time-update-exclusion.ts';
import { SetRepositoryPolicy } from './set-repository-policy.ts';
import { StartImageScan } from './start-image-scan.ts';
import { StartLifecyclePolicyPreview } from './start-lifecycle-policy-preview.ts';
import { TagResource } from './tag-resource.ts';
import { UntagResource } from './untag-resource.ts';
import { UpdateImageStorageClass } from './update-image-storage-class.ts';
import { UpdatePullThroughCacheRule } from './update-pull-through-cache-rule.ts';
import { UpdateRepositoryCreationTemplate } from './update-repository-creation-template.ts';
import { UploadLayerPart } from './upload-layer-part.ts';
import { ValidatePullThroughCacheRule } from './validate-pull-through-cache-rule.ts';

/** Every operation of ECR that is served. */
export const ECR_OPERATIONS: readonly Operation[] = [
  BatchCheckLayerAvailability,
  BatchDeleteImage,
  BatchGetImage,
  BatchGetRepositoryScanningConfiguration,
  CompleteLayerUpload,
  CreatePullThroughCacheRule,
  CreateRepository,
  CreateRepositoryCreationTemplate,
  DeleteLifecyclePolicy,
  DeletePullThroughCacheRule,
  DeleteRegistryPolicy,
  DeleteRepository,
  DeleteRepositoryCreationTemplate,
  DeleteRepositoryPolicy,
  DeleteSigningConfiguration,
  DeregisterPullTimeUpdateExclusion,
  DescribeImageReplicationStatus,
  DescribeImageScanFindings,
  DescribeImageSigningStatus,
  DescribeImages,
  DescribePullThroughCacheRules,
  DescribeRegistry,
  DescribeRepositories,
  DescribeRepositoryCreationTemplates,
  GetAccountSetting,
  GetAuthorizationToken,
  GetDownloadUrlForLayer,
  GetLifecyclePolicy,
  GetLifecyclePolicyPreview,
  GetRegistryPolicy,
  GetRegistryScanningConfiguration,
  GetRepositoryPolicy,
  GetSigningConfiguration,
  InitiateLayerUpload,
  ListImageReferrers,
  ListImages,
  ListPullTimeUpdateExclusions,
  ListTagsForResource,
  PutAccountSetting,
  PutImage,
  PutImageScanningConfiguration,
  PutImageTagMutability,
  PutLifecyclePolicy,
  PutRegistryPolicy,
  PutRegistryScanningConfiguration,
  PutReplicationConfiguration,
  PutSigningConfiguration,
  RegisterPullTimeUpdateExclusion,
  SetRepositoryPolicy,
  StartImageScan,
  StartLifecyclePolicyPreview,
  TagResource,
  UntagResource,
  UpdateImageStorageClass,
  UpdatePullThroughCacheRule,
  UpdateRepositoryCreationTemplate,
  UploadLayerPart,
  ValidatePullThroughCacheRule,
];
