import { REPOSITORY, type Server } from '../servers/server.ts';
import { curl } from './curl.ts';

/** Pulls a blob so many times in a row: one curl, one connection. */
export async function pullBlob({ url, headers }: Server, digest: string, times: number): Promise<void> {
  const blob = `${url}/v2/${REPOSITORY}/blobs/${digest}`;
  await curl(Array.from({ length: times }, () => ['-o', '/dev/null', blob]).flat(), headers);
}
