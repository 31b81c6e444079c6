import { PolicyMalformed } from './malformed.ts';
import type { Listed } from './parsed-policy.ts';
import { type FoundElement, listOf, stringOf } from './read-elements.ts';

/** `*`, or a service and a pattern of its actions: `ecr:Put*`. */
export function readActions(found: FoundElement | undefined): Listed<string> {
  const values = found ? listOf(found.node).map((it) => stringOf(it, { isPattern: true })) : [];
  if (!found || values.length === 0) throw PolicyMalformed({ reason: 'Policy statement must contain actions.' });
  for (const action of values) checkAction(action);
  return { isNot: found.isNot, values };
}

function checkAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', name, ...more] = action.split(':');
  if (name === undefined) {
    throw PolicyMalformed({
      reason: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    });
  }
  if (more.length > 0) throw PolicyMalformed({ reason: 'Actions/Condition can contain only one colon.' });
  // A wildcard in the service would reach into services that do not exist yet.
  if (!/^[a-z0-9-]+$/i.test(vendor)) throw PolicyMalformed({ reason: `Vendor ${vendor} is not valid` });
  if (name === '') throw PolicyMalformed({ reason: 'Policy statement must contain actions.' });
}
