import { createHash, createHmac } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Credentials } from '../installation/credentials-file.ts';
import { CommandFailed } from './exit-codes.ts';

export interface Caller {
  readonly credentials: Credentials;
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
  const target = `AmazonEC2ContainerRegistry_V20150921.${operation}`;
  const answer = await send(url, body, {
    headers: signedHeaders(url, body, { ...caller, target }),
    ca: caller.authority,
  });
  const said = await text(answer);
  if (answer.statusCode === 200) return JSON.parse(said);
  throw new CommandFailed(
    `${url} refused ${operation}: ${said} Are the credentials those of this server? Its folder has them in the file "credentials".`,
  );
}

function send(
  url: string,
  body: string,
  options: { headers: object; ca: string | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const { headers, ca } = options;
    request(url, { method: 'POST', headers: { ...headers }, ...(ca !== undefined && { ca }) })
      .on('response', resolve)
      .on('error', (error) => {
        reject(new CommandFailed(`${url} does not answer (${error.message}). Is it running? See: berth doctor`));
      })
      .end(body);
  });
}

/** "Create a signed AWS API request", IAM User Guide: canonical request, string to sign, signature. */
function signedHeaders(
  url: string,
  body: string,
  { credentials, region, now, target }: Caller & { readonly target: string },
): Record<string, string> {
  const date = now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${region}/ecr/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(url).host,
    'x-amz-date': date,
    'x-amz-target': target,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
