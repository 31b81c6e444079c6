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

  test('boto3 pages through repositories and images, and names its exceptions', async () => {
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
      refused: ['RepositoryNotFoundException', 'ImageNotFoundException', 'RepositoryAlreadyExistsException'],
      status: 400,
      requestId: true,
    });
  });
}

const TOUR = `
import boto3, json
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
print(json.dumps({
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
