import type { World } from '../../world.ts';
import type { Certificates } from '../certificate.ts';
import { type Acme, acmeCertificate } from './renew-certificate.ts';

const HOUR = 60 * 60 * 1_000;

type Issuing = Parameters<typeof acmeCertificate>[0] & Pick<World, 'clock'>;

/**
 * What to serve with, each time it is asked: the authority's certificate, and `meanwhile` until there is one. After the
 * authority has said no it is left alone for an hour: it counts what fails.
 */
export function acmeIssuer(world: Issuing, acme: Acme, meanwhile: Certificates['tls']): () => Promise<Certificates> {
  let current = meanwhile;
  let notBefore = 0;
  return async () => {
    const now = world.clock.now().getTime();
    if (now >= notBefore) {
      notBefore = now + HOUR;
      current = (await acmeCertificate(world, acme)) ?? current;
      notBefore = 0;
    }
    return { tls: current, authorityFile: undefined };
  };
}
