import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOnPath, newest, sayMissing } from './client.ts';
import { attempt } from './run.ts';
import { awsEnv, onStage, type Stage, useStage } from './stage.ts';

const python = await pythonWithBoto3();
if (python === undefined) sayMissing('boto3', ['a python3 with boto3']);
else suite(python);

function suite(program: string): void {
  const stage = useStage();

  test('boto3 pages through every list of ECR, waits, and names its exceptions', async () => {
    const address = await stage.repository('boto3/first');
    await stage.repository('boto3/second');
    for (const tag of ['a', 'b', 'c']) {
      await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${address}:${tag}`);
    }
    writeFileSync(join(stage.home, 'tour.py'), TOUR);

    const toured = await attempt(program, ['tour.py'], { env: pythonEnv(stage), cwd: stage.home });

    expect(toured).toMatchObject({ code: 0 });
    expect(JSON.parse(toured.stdout)).toEqual({
      repositories: ['boto3/first', 'boto3/second'],
      tags: ['a', 'b', 'c'],
      digests: [stage.images.single.digest],
      rules: ['cache/one', 'cache/two'],
      templates: ['made/one', 'made/two'],
      preview: ['old'],
      unscanned: ['ScanNotFoundException', 'ScanNotFoundException'],
      refused: ['RepositoryNotFoundException', 'ImageNotFoundException', 'RepositoryAlreadyExistsException'],
      status: 400,
      requestId: true,
    });
  });
}

const TOUR = `
import boto3, botocore, json
ecr = boto3.client('ecr')
pages = lambda operation, member, **more: [
    item for page in ecr.get_paginator(operation).paginate(PaginationConfig={'PageSize': 1}, **more) for item in page[member]]
refused = []
try:
    ecr.describe_repositories(repositoryNames=['boto3/none'])
except ecr.exceptions.RepositoryNotFoundException as error:
    refused.append(error.response['Error']['Code'])
    status = error.response['ResponseMetadata']['HTTPStatusCode']
    request_id = error.response['ResponseMetadata'].get('RequestId')
try:
    ecr.describe_images(repositoryName='boto3/first', imageIds=[{'imageTag': 'none'}])
except ecr.exceptions.ImageNotFoundException as error:
    refused.append(error.response['Error']['Code'])
try:
    ecr.create_repository(repositoryName='boto3/first')
except ecr.exceptions.RepositoryAlreadyExistsException as error:
    refused.append(error.response['Error']['Code'])
for name in ['one', 'two']:
    ecr.create_pull_through_cache_rule(ecrRepositoryPrefix='cache/' + name, upstreamRegistryUrl='quay.io')
    ecr.create_repository_creation_template(prefix='made/' + name, appliedFor=['REPLICATION'])
index = 'application/vnd.oci.image.index.v1+json'
ecr.put_image(repositoryName='boto3/second', imageTag='old', imageManifest=json.dumps({'schemaVersion': 2, 'mediaType': index, 'manifests': []}))
ecr.put_image(repositoryName='boto3/second', imageTag='new', imageManifest=json.dumps({'schemaVersion': 2, 'mediaType': index, 'manifests': [], 'annotations': {'a': 'b'}}))
selection = {'tagStatus': 'any', 'countType': 'imageCountMoreThan', 'countNumber': 1}
policy = {'rules': [{'rulePriority': 1, 'selection': selection, 'action': {'type': 'expire'}}]}
ecr.start_lifecycle_policy_preview(repositoryName='boto3/second', lifecyclePolicyText=json.dumps(policy))
ecr.get_waiter('lifecycle_policy_preview_complete').wait(repositoryName='boto3/second', WaiterConfig={'Delay': 1})
unscanned = []
try:
    ecr.get_waiter('image_scan_complete').wait(repositoryName='boto3/first', imageId={'imageTag': 'a'}, WaiterConfig={'Delay': 1})
except botocore.exceptions.WaiterError as error:
    unscanned.append(error.last_response['Error']['Code'])
try:
    pages('describe_image_scan_findings', 'imageScanFindings', repositoryName='boto3/first', imageId={'imageTag': 'a'})
except ecr.exceptions.ScanNotFoundException as error:
    unscanned.append(error.response['Error']['Code'])
print(json.dumps({
    'rules': [it['ecrRepositoryPrefix'] for it in pages('describe_pull_through_cache_rules', 'pullThroughCacheRules')],
    'templates': [it['prefix'] for it in pages('describe_repository_creation_templates', 'repositoryCreationTemplates')],
    'preview': [','.join(sorted(it['imageTags'])) for it in pages('get_lifecycle_policy_preview', 'previewResults', repositoryName='boto3/second')],
    'unscanned': unscanned,
    'repositories': [it['repositoryName'] for it in pages('describe_repositories', 'repositories')],
    'tags': sorted(it['imageTag'] for it in pages('list_images', 'imageIds', repositoryName='boto3/first')),
    'digests': [it['imageDigest'] for it in pages('describe_images', 'imageDetails', repositoryName='boto3/first')],
    'refused': refused,
    'status': status,
    'requestId': bool(request_id),
}))
`;

function pythonEnv(stage: Stage): Record<string, string> {
  return { ...stage.env('old'), ...awsEnv(stage.registry, stage.home) };
}

async function pythonWithBoto3(): Promise<string | undefined> {
  for (const program of [findOnPath('python3'), '/usr/bin/python3']) {
    if (program === undefined) continue;
    const imported = await attempt(program, ['-c', 'import boto3'], {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
    });
    if (imported.code === 0) return program;
  }
  return undefined;
}
