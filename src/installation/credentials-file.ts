import { readFile } from 'node:fs/promises';
import { CannotStart } from './cannot-start.ts';
import { writePrivate } from './write-private.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Writes `credentials` as the AWS CLI and SDKs read them (the shared credentials file), for the owner's eyes alone. */
export function writeCredentials(path: string, { accessKeyId, secretAccessKey }: Credentials): Promise<void> {
  return writePrivate(
    path,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
}

/**
 * The default profile of the file at `path`; undefined when there is no such file.
 *
 * @throws CannotStart when it holds no credentials
 */
export async function readCredentials(path: string): Promise<Credentials | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CannotStart(`${path} cannot be read (${error.code}). Berth must run as the user who owns it.`);
  });
  if (text === undefined) return undefined;
  const accessKeyId = /^aws_access_key_id\s*=\s*(\S+)/m.exec(text)?.[1];
  const secretAccessKey = /^aws_secret_access_key\s*=\s*(\S+)/m.exec(text)?.[1];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new CannotStart(`${path} holds no access key. Remove it, and the next start makes a new pair.`);
  }
  return { accessKeyId, secretAccessKey };
}
