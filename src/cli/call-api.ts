import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { type SigningCredentials, signedHeaders } from '../outbound/signature-v4.ts';
import { CommandFailed } from './exit-codes.ts';

const TIMEOUT_MS = 20_000;

export interface Caller {
  readonly credentials: SigningCredentials;
  readonly region: string;
  readonly now: Date;
  /** PEM of the authority to trust; undefined trusts those of the system. */
  readonly authority: string | undefined;
}

/**
 * Calls one ECR operation of the server at `url`, signed with Signature Version 4 as the AWS CLI does.
 *
 * @throws CommandFailed when there is no answer, or one that is not 200
 */
export async function callApi(url: string, operation: string, input: object, caller: Caller): Promise<unknown> {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
  };
  const answer = await send(url, body, {
    headers: signedHeaders({ url, body, headers }, { ...caller, service: 'ecr' }),
    ca: caller.authority,
  });
  const said = await text(answer);
  if (answer.statusCode === 200) return JSON.parse(said);
  throw new CommandFailed(
    `${url} refused ${operation}: ${said} Are the credentials those of this server? Its folder has them in the file "credentials".`,
  );
}

/**
 * Calls an operation of STS that is not signed, and gives the XML of its answer.
 *
 * @throws CommandFailed when there is no answer, or one that is not 200
 */
export async function callStsUnsigned(
  url: string,
  form: Readonly<Record<string, string>>,
  { authority }: Pick<Caller, 'authority'>,
): Promise<string> {
  const body = new URLSearchParams({ ...form, Version: '2011-06-15' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(url, body, { headers, ca: authority });
  const said = await text(answer);
  if (answer.statusCode === 200) return said;
  throw new CommandFailed(`${url} refused ${form['Action']}: ${said}`);
}

function send(
  url: string,
  body: string,
  options: { headers: object; ca: string | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const { headers, ca } = options;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    request(url, { method: 'POST', headers: { ...headers }, signal, ...(ca !== undefined && { ca }) })
      .on('response', resolve)
      .on('error', (error) => {
        reject(new CommandFailed(`${url} does not answer (${error.message}). Is it running? See: berth doctor`));
      })
      .end(body);
  });
}
