import { addPulls } from '../../src/storage/metadata/image-pulls.ts';
import type { TestBerth } from '../berth.ts';

/** Writes down a pull of now. */
export function pullImage({ world }: TestBerth, repository_id: string, digest: string): Promise<void> {
  const last_pulled_at = world.clock.now().getTime();
  return world.metadata.write((tx) => addPulls(tx, [{ repository_id, digest, tag: '', pulls: 1, last_pulled_at }]));
}
