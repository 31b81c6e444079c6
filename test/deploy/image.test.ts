import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { beforeAll, expect, test } from 'vitest';
import { type BuiltImage, buildImage } from '../../deploy/image/build.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { newest, withNewest } from '../clients/client.ts';
import { podmanOptions } from '../clients/container-stores.ts';
import { onStage, useStage } from '../clients/stage.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
/** What the program may import; Node.js itself is no library. */
const LIBRARIES = Object.keys(packageJson.dependencies).filter((it) => it !== 'node');
/** What is imported of a library that has no root. */
const ENTRIES: Readonly<Record<string, string>> = { '@noble/curves': '@noble/curves/nist.js' };
const CREDENTIALS = { accessKeyId: 'BERTHIMAGETEST', secretAccessKey: 'secret-of-the-image-test' };

withNewest("Berth's image", ['podman', 'skopeo', 'runc', 'conmon'], () => {
  const stage = useStage();
  const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);
  const podman = (...args: string[]) => onStage(stage, newest('podman'))(...podmanOptions(stage.home), ...args);
  let image: BuiltImage;
  beforeAll(async () => {
    image = await buildImage(CHECKOUT, join(stage.home, 'image'));
  });

  test('is the same when it is built again, from files that were written at another time and in another order', async () => {
    const names = ['one', 'other'].map((it) => join(stage.home, it));
    const [one, other] = names.map((it) => join(it, 'checkout'));
    writeCheckout(one ?? '', SMALL);
    writeCheckout(other ?? '', SMALL.toReversed(), new Date('2020-02-02T00:00:00Z'));

    const [first, again] = await Promise.all(names.map((it) => buildImage(join(it, 'checkout'), join(it, 'image'))));

    expect(again).toEqual(first);
    expect(filesOf(join(stage.home, 'one', 'image'))).toEqual(
      expect.arrayContaining(['app/src/main.ts', 'app/src/a.ts', 'app/node_modules/pg/lib/pg.js']),
    );
  });

  test('holds what the program needs and nothing that only developers do', () => {
    const files = filesOf(join(stage.home, 'image'));

    expect(files).toContain('app/src/main.ts');
    expect(files).toContain('app/node_modules/pg/package.json');
    expect(
      files.filter((it) => /\.test\.ts$|node_modules\/(?:vitest|typescript|@biomejs|@aws-sdk\/client-ecr)\//.test(it)),
    ).toEqual([]);
    expect(files.filter((it) => it.startsWith('/') || it.includes('..'))).toEqual([]);
  });

  test('is pushed to Berth, pulled from it, and serves without rights until it is told to stop', async () => {
    const repository = await stage.repository('berth');
    await skopeo('copy', `oci:image:${image.name}`, `docker://${repository}:${image.name}`);
    await podman('pull', '-q', `${repository}@${image.digest}`);

    await using berth = await runContainer(`${repository}@${image.digest}`);

    expect((await fetch(`${berth.url}/readyz`)).status).toBe(200);
    const status = readFileSync(
      `/proc/${await podman('inspect', '--format', '{{.State.Pid}}', berth.name)}/status`,
      'utf8',
    );
    expect(status).toMatch(/^Uid:\t65532\t65532/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    await pushTo(berth.url);
    await podman('stop', '-t', '20', berth.name);
    // A program that had to be killed ends with 137.
    expect(await berth.ended).toBe(0);
  });

  test('has every library in working order', async () => {
    // @peculiar/x509 asks for reflect-metadata before it.
    const imports = ['reflect-metadata', ...LIBRARIES].map((it) => `await import('${ENTRIES[it] ?? it}');`);
    const program = `${imports.join('')} console.log('all there')`;
    const node = ['--entrypoint', 'node', '--workdir', '/app', '--read-only', '--network', 'none'];

    const said = await podman('run', '--rm', ...node, `oci:image:${image.name}`, '--input-type=module', '-e', program);

    expect(said).toBe('all there');
  });

  /** Starts a container of `reference` with the host's network, and waits until it has started to serve. */
  async function runContainer(reference: string) {
    const name = 'berth-under-test';
    const options = ['--name', name, '--network', 'host', '--read-only', '--cap-drop', 'all'];
    const settings = [
      'BERTH_HOST=127.0.0.1',
      'BERTH_PORT=0',
      'BERTH_TLS=off',
      `BERTH_ROOT_ACCESS_KEY_ID=${CREDENTIALS.accessKeyId}`,
      `BERTH_ROOT_SECRET_ACCESS_KEY=${CREDENTIALS.secretAccessKey}`,
    ];
    const args = [...podmanOptions(stage.home), 'run', ...options, '--security-opt', 'no-new-privileges'];
    const child = spawn(newest('podman').program, [...args, ...settings.flatMap((it) => ['-e', it]), reference], {
      env: stage.env('new'),
      cwd: stage.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let wrote = '';
    child.stderr.on('data', (chunk: Buffer) => {
      wrote += chunk.toString();
    });
    const started = Promise.withResolvers<string>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"berth started"')) started.resolve(String(JSON.parse(line).url));
    });
    void ended.then((code) => started.reject(new Error(`the container ended with ${code}: ${wrote}`)));
    const remove = () => podman('rm', '-f', '-t', '0', '-v', name);
    try {
      return { name, url: await started.promise, ended, [Symbol.asyncDispose]: async () => void (await remove()) };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /** Logs in at the Berth in the container as clients do, and pushes an image. */
  async function pushTo(url: string): Promise<void> {
    const ecr = new ECRClient({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS });
    try {
      await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
      const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
      const creds = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
      const target = `docker://${new URL(url).host}/app:1`;
      await skopeo('copy', '--dest-tls-verify=false', '--dest-creds', creds, 'oci:layout:runnable', target);
      const inspect = ['inspect', '--tls-verify=false', '--creds', creds, '--format', '{{.Digest}}', target];
      expect(await skopeo(...inspect)).toBe(stage.images.runnable.digest);
    } finally {
      ecr.destroy();
    }
  }
});

const LOCKED = { 'node_modules/node': { version: '1.0.0' }, 'node_modules/pg': { version: '2.0.0' } };
/** A checkout as the real one is, only smaller: what counts here is what is done with files, and not how many they are. */
const SMALL = [
  ['package.json', JSON.stringify({ version: '1.2.3', description: 'small', license: 'Apache-2.0' })],
  [
    'package-lock.json',
    JSON.stringify({ packages: { '': { dependencies: { node: '1.0.0', pg: '2.0.0' } }, ...LOCKED } }),
  ],
  ['src/main.ts', 'console.log(1);\n'],
  ['src/a.ts', 'export const a = 1;\n'],
  ['node_modules/pg/package.json', JSON.stringify({ version: '2.0.0' })],
  ['node_modules/pg/lib/pg.js', 'export {};\n'],
  ['node_modules/node/bin/node', readFileSync('/bin/ls')],
] as const;

function writeCheckout(folder: string, files: readonly (typeof SMALL)[number][], age?: Date): void {
  for (const [path, content] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: path.includes('/bin/') ? 0o755 : 0o644 });
    if (age) utimesSync(file, age, age);
  }
}

/** The paths in all layers of a layout with one image, as tar reads them. */
function filesOf(layout: string): string[] {
  const blob = (digest: string) => join(layout, 'blobs', ...digest.split(':'));
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const { layers } = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'));
  return layers.flatMap(({ digest }: { digest: string }) =>
    execFileSync('tar', ['-tzf', blob(digest)], { maxBuffer: 64 * 1024 * 1024 })
      .toString()
      .trim()
      .split('\n'),
  );
}
