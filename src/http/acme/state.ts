import { findFact, type InstallationFact, putFact } from '../../storage/metadata/installation.ts';
import type { World } from '../../world.ts';
import type { TlsFiles } from '../server.ts';

type Stored = Pick<World, 'metadata' | 'secrets'>;

/** What the nodes of an installation share of ACME; private keys are sealed. */
const FACTS = {
  account: 'acme-account',
  certificate: 'acme-certificate',
  challenges: 'acme-challenges',
} as const satisfies Record<string, InstallationFact>;

/** The key of the account, PKCS #8 in PEM; undefined before there is one. */
export async function accountKey(world: Stored): Promise<string | undefined> {
  return open<string>(world, FACTS.account);
}

export function keepAccountKey(world: Stored, key: string): Promise<void> {
  return seal(world, FACTS.account, key);
}

/** The certificate that was had last, for any names. */
export function keptCertificate(world: Stored): Promise<TlsFiles | undefined> {
  return open<TlsFiles>(world, FACTS.certificate);
}

export function keepCertificate(world: Stored, files: TlsFiles): Promise<void> {
  return seal(world, FACTS.certificate, files);
}

/** The answers to challenges that are open, by their tokens: any node may be asked. They are no secrets. */
export async function openChallenges(world: Pick<Stored, 'metadata'>): Promise<ReadonlyMap<string, string>> {
  const value = await world.metadata.read((tx) => findFact(tx, FACTS.challenges));
  return new Map(value === undefined ? [] : Object.entries<string>(JSON.parse(value)));
}

export function putChallenges(world: Pick<Stored, 'metadata'>, challenges: ReadonlyMap<string, string>): Promise<void> {
  return world.metadata.write((tx) => putFact(tx, FACTS.challenges, JSON.stringify(Object.fromEntries(challenges))));
}

async function open<T>({ metadata, secrets }: Stored, fact: InstallationFact): Promise<T | undefined> {
  const value = await metadata.read((tx) => findFact(tx, fact));
  return value === undefined
    ? undefined
    : JSON.parse(secrets.open(Buffer.from(value, 'base64'), fact).toString('utf8'));
}

function seal({ metadata, secrets }: Stored, fact: InstallationFact, content: unknown): Promise<void> {
  const sealed = secrets.seal(Buffer.from(JSON.stringify(content), 'utf8'), fact).toString('base64');
  return metadata.write((tx) => putFact(tx, fact, sealed));
}
