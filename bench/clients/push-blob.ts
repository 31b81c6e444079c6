import { REPOSITORY, type Server } from '../servers/server.ts';
import { curl } from './curl.ts';
import { expecting } from './request.ts';

export interface Payload {
  readonly file: string;
  readonly digest: string;
  readonly sizeInBytes: number;
}

/** Pushes a blob as docker does: POST, one PATCH whose length is not announced (by curl), PUT. */
export async function pushBlob({ url, headers }: Server, { file, digest }: Payload): Promise<void> {
  const begun = await expecting(202, 'POST', `${url}/v2/${REPOSITORY}/blobs/uploads/`, { headers });
  const sent = await curl(
    ['-X', 'PATCH', '-T', file, '-D', '-', '-o', '/dev/null', locationOf(url, begun.headers['location'])],
    { ...headers, 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/octet-stream', Expect: '' },
  );
  const target = new URL(locationOf(url, /^location: (\S+)/im.exec(sent)?.[1]));
  target.searchParams.set('digest', digest);
  await expecting(201, 'PUT', target.href, { headers });
}

function locationOf(base: string, location: string | string[] | undefined): string {
  if (typeof location !== 'string') throw new Error('The answer names no location.');
  return new URL(location, base).href;
}
