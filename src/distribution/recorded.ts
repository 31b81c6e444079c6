import type { Act } from '../audit/act.ts';
import type { Endpoint, Parts } from './endpoint.ts';

/** Asked by every docker login and before every pull; it is no call of the API. */
const BASE = '/v2';

/** How a docker request is recorded: as the call of the API that it stands for, which its action names. */
export function recordedAs(
  { form, endpoint, parts }: { readonly form: string; readonly endpoint: Endpoint; readonly parts: Parts },
  hasLogin: boolean,
): Pick<Act, 'name' | 'parameters'> {
  // Without a login a client only asks how to log in.
  if (!hasLogin || form.replace(/\/$/, '') === BASE) return { name: undefined, parameters: undefined };
  const { repositoryName, reference } = parts;
  return {
    name: endpoint.recordedAs ?? endpoint.action.slice('ecr:'.length),
    parameters: {
      ...(repositoryName !== '' && { repositoryName }),
      ...(reference !== '' && { [form.includes('/uploads/') ? 'uploadId' : 'reference']: reference }),
    },
  };
}
