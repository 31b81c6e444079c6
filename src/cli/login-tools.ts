/** How a client is told to log in; the password comes on its standard input. */
export interface LoginCall {
  /** Registry as this client must call it. */
  readonly host: string;
  /** Folder with the local authority's ca.crt; undefined where the system's trust is enough, or over plain HTTP. */
  readonly trust: string | undefined;
  readonly isPlain: boolean;
}

type Tool = (call: LoginCall) => readonly string[];

const USER = ['--username', 'AWS', '--password-stdin'];

/** Clients that read `--tls-verify` and `--cert-dir`. */
const containers: Tool = ({ host, trust, isPlain }) => [
  'login',
  ...(isPlain ? ['--tls-verify=false'] : []),
  ...(trust === undefined ? [] : ['--cert-dir', trust]),
  ...USER,
  host,
];

/** Clients that read `--ca-file`; on the name localhost they speak plain HTTP whatever they are told. */
const oras =
  (before: readonly string[], plain: string): Tool =>
  ({ host, trust, isPlain }) => [
    ...before,
    ...(isPlain ? [plain] : []),
    ...(trust === undefined ? [] : ['--ca-file', `${trust}/ca.crt`]),
    ...USER,
    isPlain ? host : host.replace(/^localhost:/, '127.0.0.1:'),
  ];

/** The clients that `berth login` knows. */
export const tools: Readonly<Record<string, Tool>> = {
  // docker trusts whatever answers on this machine's own addresses.
  docker: ({ host }) => ['login', ...USER, host],
  nerdctl: ({ host, isPlain, trust }) => [
    'login',
    ...(isPlain || trust !== undefined ? ['--insecure-registry'] : []),
    ...USER,
    host,
  ],
  podman: containers,
  buildah: containers,
  skopeo: containers,
  oras: oras(['login'], '--plain-http'),
  helm: oras(['registry', 'login'], '--plain-http'),
  crane: ({ host }) => ['auth', 'login', host, ...USER],
};
