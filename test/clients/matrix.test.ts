// Each client pulls what the others pushed. Over plain HTTP on the name localhost, which most other suites do not use.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newest, withNewest } from './client.ts';
import { layersOf } from './images.ts';
import { MATRIX_CLIENTS, type Matrix, type MatrixClient, startMatrix } from './matrix-clients.ts';
import { onStage, useStage } from './stage.ts';

const NEEDS = [
  'dockerd',
  'docker',
  'containerd',
  'ctr',
  'podman',
  'buildah',
  'skopeo',
  'oras',
  'crane',
  'runc',
  'conmon',
];

withNewest('each client pulls what the others pushed', NEEDS, () => {
  const stage = useStage({ tls: false });
  let matrix: Matrix;
  beforeAll(async () => {
    matrix = await startMatrix(stage);
  });
  afterAll(() => matrix?.stop());
  const client = (name: string): MatrixClient => {
    const found = matrix.clients.find((it) => it.name === name);
    if (!found) throw new Error(`the matrix has no ${name}`);
    return found;
  };
  const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);

  const images = [
    ...MATRIX_CLIENTS.map((pusher) => ({
      title: `an image that ${pusher} pushed`,
      push: (address: string) => client(pusher).push(address),
    })),
    {
      title: 'a multi-arch image',
      push: (address: string) => skopeo('copy', '--all', 'oci:layout:multi', `docker://${address}`),
    },
    {
      title: 'an image of a hundred layers',
      push: (address: string) => skopeo('copy', 'oci:layout:many', `docker://${address}`),
    },
  ];

  describe.each(images.map((image, number) => ({ ...image, name: `matrix/image-${number}` })))(
    '$title',
    ({ name, push }) => {
      let digest: string;
      let layers: string[];
      beforeAll(async () => {
        const address = `${await stage.repository(name)}:1`;
        await push(address);
        digest = await skopeo('inspect', '--format', '{{.Digest}}', `docker://${address}`);
        layers = layersOf(await skopeo('inspect', '--config', '--raw', `docker://${address}`));
      });

      test.each(MATRIX_CLIENTS)('is pulled by %s, the same to the last layer', async (puller) => {
        expect(await client(puller).pull(`${stage.registry.host}/${name}`, digest)).toEqual(layers);
      });
    },
  );

  test('an artifact that oras attached to an image is read, copied and found by the others', async () => {
    const [from, to] = [await stage.repository('matrix/artifact'), await stage.repository('matrix/artifact-copied')];
    const [oras, crane] = [onStage(stage, newest('oras')), onStage(stage, newest('crane'))];
    const type = 'application/vnd.example.sbom';
    await skopeo('copy', 'oci:layout:single', `docker://${from}:1`);
    const attached = await oras(
      'attach',
      '--artifact-type',
      type,
      '--format',
      'json',
      `${from}:1`,
      'alone.tar:text/plain',
    );
    const { digest }: { digest: string } = JSON.parse(attached);

    // The subject goes first with one client, what refers to it follows with another.
    await crane('copy', `${from}:1`, `${to}:1`);
    await skopeo('copy', `docker://${from}@${digest}`, `docker://${to}:artifact`);

    expect(await crane('manifest', `${to}:artifact`)).toBe(
      await skopeo('inspect', '--raw', `docker://${from}@${digest}`),
    );
    expect(await oras('discover', '--format', 'json', `${to}:1`)).toContain(digest);
    expect(await crane('digest', `${to}:artifact`)).toBe(digest);
  });
});
