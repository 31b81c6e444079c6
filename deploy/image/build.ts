// Writes Berth's container image from this checkout, with neither a daemon nor a base image:
//   node deploy/image/build.ts OUT
// OUT becomes an OCI image layout, for `skopeo copy oci:OUT:VERSION docker://...` and the like. The same checkout on the
// same system gives the same digests.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { DATA_FOLDER, PROGRAM_FOLDER, packageFiles, programFiles, runtimeFiles, USER } from './image-files.ts';
import { type Descriptor, newLayout } from './layout.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
/** In an image that is to be the same tomorrow nothing has an age. */
const CREATED = '1970-01-01T00:00:00Z';

export interface BuiltImage extends Descriptor {
  /** What it is called in the layout. */
  readonly name: string;
}

/** Builds the image of `checkout`, whose packages are installed, into the new folder `out`. For Linux. */
export async function buildImage(checkout: string, out: string): Promise<BuiltImage> {
  const { version, description, license } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
  const layout = await newLayout(out);
  // What changes seldom lies below, so that an upgrade is the last layer alone.
  const parts = [
    { what: 'Node.js and its libraries', layer: await layout.addLayer(await runtimeFiles(checkout)) },
    { what: 'packages', layer: await layout.addLayer(await packageFiles(checkout)) },
    { what: `berth ${version}`, layer: await layout.addLayer(await programFiles(checkout)) },
  ];
  const labels = {
    'org.opencontainers.image.title': 'berth',
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': license,
  };
  const config = await layout.addJson(CONFIG, {
    created: CREATED,
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      User: `${USER}:${USER}`,
      ExposedPorts: { '5000/tcp': {} },
      Env: [
        `PATH=/${PROGRAM_FOLDER}/node_modules/node/bin`,
        `HOME=/${DATA_FOLDER}`,
        `BERTH_DATA_DIR=/${DATA_FOLDER}`,
        'BERTH_HOST=0.0.0.0',
      ],
      // As package.json starts it: docs/sizing.md.
      Entrypoint: [
        `/${PROGRAM_FOLDER}/node_modules/node/bin/node`,
        '--max-old-space-size=2000',
        '--max-semi-space-size=8',
        '--heap-growing-percent=30',
        `/${PROGRAM_FOLDER}/src/main.ts`,
      ],
      Cmd: ['serve'],
      Volumes: { [`/${DATA_FOLDER}`]: {} },
      WorkingDir: `/${DATA_FOLDER}`,
      Labels: labels,
      StopSignal: 'SIGTERM',
    },
    rootfs: { type: 'layers', diff_ids: parts.map(({ layer }) => layer.diffId) },
    history: parts.map(({ what }) => ({ created: CREATED, created_by: `deploy/image/build.ts: ${what}` })),
  });
  const layers = parts.map(({ layer: { mediaType, digest, size } }) => ({ mediaType, digest, size }));
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers, annotations: labels };
  const image = await layout.addJson(MANIFEST, manifest);
  await layout.finish(image, version);
  return { ...image, name: version };
}

if (import.meta.main) {
  const [out, ...more] = argv.slice(2);
  if (out === undefined || more.length > 0) {
    console.error(
      'Usage: node deploy/image/build.ts OUT\nOUT is a folder that is not there yet: deploy/image/build.ts makes it.',
    );
    process.exit(2);
  }
  const { digest, name } = await buildImage(fileURLToPath(new URL('../..', import.meta.url)), out);
  console.log(`${digest}\nNext: skopeo copy oci:${out}:${name} docker://REGISTRY/berth:${name}`);
}
