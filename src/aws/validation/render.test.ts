import { describe, expect, test } from 'vitest';
import type { DescribeImagesResponse, DescribeRepositoriesResponse } from '../model/ecr.ts';
import { MODELS } from '../model/models.ts';
import { render } from './render.ts';

describe('an output is rendered as AWS JSON', () => {
  test('with dates in seconds, milliseconds after the point, and without what is undefined', () => {
    const output: DescribeRepositoriesResponse = {
      repositories: [{ repositoryName: 'app', createdAt: new Date(1_730_572_800_123) }],
    };

    const rendered = render(MODELS.ecr, 'DescribeRepositoriesResponse', { ...output, nextToken: undefined });

    expect(JSON.stringify(rendered)).toBe('{"repositories":[{"repositoryName":"app","createdAt":1730572800.123}]}');
  });

  test('with false, zero and the empty text kept', () => {
    const output: DescribeImagesResponse = { imageDetails: [{ imageSizeInBytes: 0, artifactMediaType: '' }] };

    expect(render(MODELS.ecr, 'DescribeImagesResponse', output)).toEqual(output);
  });

  test('with bytes in base64, from the part of a buffer that is meant', () => {
    const layerPartBlob = new Uint8Array(Buffer.from('xQUJDx')).subarray(1, 5);

    expect(render(MODELS.ecr, 'UploadLayerPartRequest', { layerPartBlob })).toEqual({ layerPartBlob: 'UVVKRA==' });
  });

  test('with no member that the model does not have', () => {
    expect(render(MODELS.ecr, 'ListImagesResponse', { imageIds: [], secret: 'x' })).toEqual({ imageIds: [] });
  });
});

test.each([
  ['a text for a list', { imageIds: 'x' }],
  ['a number for a text', { nextToken: 7 }],
  ['a null', { nextToken: null }],
  ['a list for a structure', { imageIds: [[]] }],
])('a handler that gives %s is told so', (_, output) => {
  expect(() => render(MODELS.ecr, 'ListImagesResponse', output)).toThrow(/^An output holds/);
});

test('a date that is none and a number that is none are refused', () => {
  expect(() => render(MODELS.ecr, 'Repository', { createdAt: new Date(Number.NaN) })).toThrow(/CreationTimestamp/);
  expect(() => render(MODELS.ecr, 'ImageDetail', { imageSizeInBytes: Number.NaN })).toThrow(/ImageSizeInBytes/);
});
