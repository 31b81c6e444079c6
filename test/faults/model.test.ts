import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { readLayer } from '../../src/registry/layers.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { sha256 } from '../manifests.ts';
import { COMMANDS, digestOfLayer, imageOf, pass, type Real, tidy } from './commands.ts';
import { aRepository, IMAGES, type Model } from './model.ts';

/** Runs the commands, and then looks at what is left when all time is over: the bytes that images need, nothing else. */
async function runThrough(berth: TestBerth, commands: Iterable<fc.AsyncCommand<Model, Real>>): Promise<void> {
  const repositories: Model['repositories'] = new Map();
  for (const name of ['left', 'right']) {
    await berth.createRepository(name);
    repositories.set(name, aRepository());
  }
  const real: Real = { berth };
  const { clock, rules } = berth.world;
  const { trashMs } = rules;
  const model: Model = { now: clock.now().getTime(), repositories, trashMs, trashed: [], uploads: new Map() };
  await fc.asyncModelRun(() => ({ model, real }), commands);

  for (const last of [pass(24 * 30), tidy(3)]) await last.run(model, real);
  await isLike(model, real);
  const needed = new Set([...repositories.values()].flatMap((it) => [...it.layers.keys()]));
  // How long each is when it is sealed is for fsck to know.
  expect(await Array.fromAsync(berth.world.blobs.list())).toHaveLength(needed.size);
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ findings: [] });
}

/** Each image and each layer of the model is there and whole, and no other is. */
async function isLike(model: Model, { berth }: Real): Promise<void> {
  for (const name of ['left', 'right']) {
    const repository = model.repositories.get(name);
    for (const image of IMAGES.keys()) {
      const { digest } = imageOf(image);
      const asked = { registry: berth.registry, repositoryName: name, reference: { digest } };
      const found = await getImage(berth.world, asked).catch(unlessRefused);
      expect(found?.digest, `image ${image} of ${name}`).toBe(repository?.images.has(image) ? digest : undefined);
    }
    for (const layer of [0, 1, 2]) {
      const digest = digestOfLayer(layer);
      const bytes = await read(berth, name, digest);
      const expected = repository?.layers.has(layer) ? digest : undefined;
      expect(bytes && sha256(bytes), `layer ${layer} of ${name}`).toBe(expected);
    }
  }
}

async function read(berth: TestBerth, repositoryName: string, digest: string): Promise<Buffer | undefined> {
  const layer = await readLayer(berth.world, berth.registry, repositoryName, digest).catch(unlessRefused);
  const bytes = await layer?.open();
  return bytes && Buffer.concat(await bytes.toArray());
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}

test('whatever is pushed, mounted, deleted and collected in whatever order, what was promised is there and nothing else stays', {
  timeout: 240_000,
}, async () => {
  const history = fc.commands(COMMANDS, { maxCommands: 60, size: 'max' });
  const property = fc.asyncProperty(history, fc.constantFrom(0, 3), async (commands, trashDays) => {
    const berth = await startBerth({ settings: { trashDays } });
    try {
      await runThrough(berth, checkedCommands(commands));
    } finally {
      await berth.stop();
    }
  });
  await fc.assert(property, { numRuns: 40 });

  /** After each command the registry is like the model. */
  function* checkedCommands(commands: Iterable<fc.AsyncCommand<Model, Real>>): Generator<fc.AsyncCommand<Model, Real>> {
    for (const command of commands) {
      yield {
        check: (model) => command.check(model),
        toString: () => String(command),
        async run(model, real) {
          await command.run(model, real);
          await isLike(model, real);
        },
      };
    }
  }
});
