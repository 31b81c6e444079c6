import { createHash, createHmac } from 'node:crypto';
import { findAccountSetting, setAccountSetting } from '../../storage/metadata/accounts.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { World } from '../../world.ts';

/** So long what is sent is signed with the secret before, too. */
export const ROTATION_MS = 24 * 60 * 60 * 1000;

/** The secrets of an address come one after the other; which one it is, is all that is stored. */
interface Rotation {
  readonly generation: number;
  readonly rotatedAt: number;
}

type Secretive = Pick<World, 'metadata' | 'clock' | 'secrets'>;

/**
 * The secret that what is sent to `address` is signed with, in the form of Standard Webhooks (`whsec_...`). Each registry
 * has its own for each address, so that no receiver can sign for another; none is stored, all come from the key of the
 * installation. `address`: that of the target, without a fragment.
 */
export async function webhookSecret(world: Secretive, registry: RegistryId, address: string): Promise<string> {
  const { generation } = await rotationOf(world, registry, address);
  return encoded(secretOf(world, registry, address, generation));
}

/** Makes it another one, and answers that; for a day what is sent is signed with both. */
export async function rotateWebhookSecret(world: Secretive, registry: RegistryId, address: string): Promise<string> {
  const rotatedAt = world.clock.now().getTime();
  const generation = await world.metadata.write(async (tx) => {
    const found = await findAccountSetting(tx, registry, settingOf(address));
    const next: Rotation = { generation: parse(found).generation + 1, rotatedAt };
    await setAccountSetting(tx, registry, settingOf(address), JSON.stringify(next));
    return next.generation;
  });
  return encoded(secretOf(world, registry, address, generation));
}

export interface Signed {
  readonly registry: RegistryId;
  readonly address: string;
  readonly id: string;
  readonly body: string;
}

/** Headers that show who sends it, and when: Standard Webhooks 1.0, "Webhook metadata" and "Signature scheme". */
export async function signatureHeaders(
  world: Secretive,
  { registry, address, id, body }: Signed,
): Promise<Record<string, string>> {
  const now = world.clock.now().getTime();
  const { generation, rotatedAt } = await rotationOf(world, registry, address);
  const valid = generation > 0 && now < rotatedAt + ROTATION_MS ? [generation, generation - 1] : [generation];
  const timestamp = Math.floor(now / 1000).toString();
  const signatures = valid.map((it) => {
    const key = secretOf(world, registry, address, it);
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function secretOf(
  { secrets }: Pick<World, 'secrets'>,
  { account, region }: RegistryId,
  address: string,
  generation: number,
): Buffer {
  return secrets.mac('webhook-secret', JSON.stringify([account, region, address, generation]));
}

async function rotationOf({ metadata }: Secretive, registry: RegistryId, address: string): Promise<Rotation> {
  return parse(await metadata.readOne((tx) => findAccountSetting(tx, registry, settingOf(address))));
}

function settingOf(address: string): string {
  return `webhook-secret:${createHash('sha256').update(address).digest('hex')}`;
}

function parse(found: string | undefined): Rotation {
  return found === undefined ? { generation: 0, rotatedAt: 0 } : (JSON.parse(found) as Rotation);
}

function encoded(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}
