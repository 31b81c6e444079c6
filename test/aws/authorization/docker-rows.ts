import { NOBODY_IS_DENIED, type Rows } from './rows.ts';

/** Docker's requests by method and path: `{name}` is the repository. */
export const DOCKER_ROWS: Rows = {
  'GET /v2/': { action: NOBODY_IS_DENIED, on: '*' },
  'HEAD /v2/': { action: NOBODY_IS_DENIED, on: '*' },
  'GET /v2': { action: NOBODY_IS_DENIED, on: '*' },
  'HEAD /v2': { action: NOBODY_IS_DENIED, on: '*' },
  'GET /v2/_catalog': { action: 'ecr:DescribeRepositories', on: 'all repositories' },
  'GET /v2/{name}/tags/list': { action: 'ecr:ListImages', on: 'repository' },
  'GET /v2/{name}/referrers/{reference}': { action: 'ecr:BatchGetImage', on: 'repository' },
  'GET /v2/{name}/_berth/in-use': { action: 'ecr:ListImages', on: 'repository' },
  'PUT /v2/{name}/_berth/in-use': { action: 'ecr:BatchGetImage', on: 'repository' },
  'GET /v2/{name}/manifests/{reference}': { action: 'ecr:BatchGetImage', on: 'repository' },
  'HEAD /v2/{name}/manifests/{reference}': { action: 'ecr:BatchGetImage', on: 'repository' },
  'PUT /v2/{name}/manifests/{reference}': { action: 'ecr:PutImage', on: 'repository' },
  'DELETE /v2/{name}/manifests/{reference}': { action: 'ecr:BatchDeleteImage', on: 'repository' },
  'POST /v2/{name}/blobs/uploads/': { action: 'ecr:InitiateLayerUpload', on: 'repository' },
  'POST /v2/{name}/blobs/uploads': { action: 'ecr:InitiateLayerUpload', on: 'repository' },
  'GET /v2/{name}/blobs/uploads/{reference}': { action: 'ecr:UploadLayerPart', on: 'repository' },
  'PATCH /v2/{name}/blobs/uploads/{reference}': { action: 'ecr:UploadLayerPart', on: 'repository' },
  'PUT /v2/{name}/blobs/uploads/{reference}': { action: 'ecr:CompleteLayerUpload', on: 'repository' },
  'DELETE /v2/{name}/blobs/uploads/{reference}': { action: 'ecr:UploadLayerPart', on: 'repository' },
  'GET /v2/{name}/blobs/{reference}': { action: 'ecr:GetDownloadUrlForLayer', on: 'repository' },
  'HEAD /v2/{name}/blobs/{reference}': {
    action: 'ecr:BatchCheckLayerAvailability',
    orAction: 'ecr:GetDownloadUrlForLayer',
    on: 'repository',
  },
  'DELETE /v2/{name}/blobs/{reference}': { action: 'ecr:BatchDeleteImage', on: 'repository' },
};
