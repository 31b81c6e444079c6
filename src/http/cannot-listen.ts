import { CannotStart } from '../installation/cannot-start.ts';

/** What a person does about an address that cannot be listened on; `error` itself where nothing can be said. */
export function cannotListen(
  { host, port }: { readonly host: string; readonly port: number },
  error: unknown,
): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new CannotStart(
      `Port ${port} of ${host} is taken by another program. Stop that one, or choose a free port: --port ${port + 1}, or --port 0 for any.`,
    );
  }
  if (code === 'EACCES') {
    return new CannotStart(
      `Port ${port} needs rights that this user does not have. Choose one from 1024 on, such as --port 5000.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CannotStart(
      `${host} is no address of this machine. Give --host one that is, 127.0.0.1 for this machine alone, or 0.0.0.0 for all.`,
    );
  }
  return error;
}
