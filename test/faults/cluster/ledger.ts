import { expectStatus, type LocalImage, MANIFEST } from './push.ts';
import { digestOf, type RegistryClient } from './registry-client.ts';

/** An image whose push was acknowledged. */
export interface Kept {
  readonly repository: string;
  readonly digest: string;
  readonly blobs: readonly string[];
  /** `going`: somebody asked to delete it, so it may be there or not. */
  state: 'there' | 'going' | 'gone';
  /** Whether it was pulled since, and was whole. */
  isSeen: boolean;
}

/** What the registry has promised to keep. */
export interface Ledger {
  readonly images: readonly Kept[];
  /** How many were acknowledged so far, those that are gone included. */
  readonly acknowledged: number;
  add(repository: string, image: LocalImage): void;
  /** Any that is there; undefined when there are fewer than `atLeast`. */
  pick(atLeast?: number): Kept | undefined;
  /** Forgets those that are gone. */
  tidy(): void;
}

export function ledger(): Ledger {
  let images: Kept[] = [];
  let acknowledged = 0;
  return {
    get images() {
      return images;
    },
    get acknowledged() {
      return acknowledged;
    },
    add(repository, { digest, blobs }) {
      acknowledged += 1;
      images.push({ repository, digest, blobs: blobs.map((it) => it.digest), state: 'there', isSeen: false });
    },
    pick(atLeast = 1) {
      const there = images.filter((it) => it.state === 'there');
      return there.length < atLeast ? undefined : there[Math.floor(Math.random() * there.length)];
    },
    tidy() {
      images = images.filter((it) => it.state !== 'gone');
    },
  };
}

/**
 * Pulls the image as docker does and hashes every byte. Answers what is wrong with it, in words: something is missing, or
 * an answer that came whole has other bytes than its digest says. Undefined: it is whole.
 *
 * @throws NoAnswer, Unserved when the registry cannot serve
 */
export async function faultOf(client: RegistryClient, image: Pick<Kept, 'repository' | 'digest' | 'blobs'>) {
  const { repository, digest, blobs } = image;
  const parts = [`manifests/${digest}`, ...blobs.map((it) => `blobs/${it}`)];
  for (const part of parts) {
    const answer = await client.ask('GET', `/v2/${repository}/${part}`, { headers: { Accept: MANIFEST } });
    if (answer.status === 404) return `${part} of ${repository} is missing: ${answer.body.subarray(0, 200)}`;
    expectStatus(`GET ${part}`, answer, 200);
    const got = digestOf(answer.body);
    if (!part.endsWith(got)) return `${part} of ${repository} came as ${answer.body.length} bytes of ${got}`;
  }
  return undefined;
}
