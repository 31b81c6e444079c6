// The samples of deploy/ as the tests run them: only the lines that an operator changes are changed.
import { readFile } from 'node:fs/promises';

/** Where clients come in and where the nodes are, each `HOST:PORT`. */
export interface Addresses {
  readonly listen: string;
  readonly nodes: readonly string[];
  /** Files to end TLS with; plain HTTP without. haproxy takes both from `certificate`. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** `deploy/haproxy.cfg`; its admin socket is `socket`. */
export async function haproxySample({ listen, nodes, tls }: Addresses, socket: string): Promise<string> {
  return changed(await sample('haproxy.cfg'), {
    socket: [`stats socket ${socket} mode 600 level admin`],
    listen: [`bind ${listen}${tls === undefined ? '' : ` ssl crt ${tls.certificate} alpn http/1.1`}`],
    node: nodes.map((node, number) => `server node${number + 1} ${node}`),
    upload: nodes.map((node, number) => `server node${number + 1} ${node} track nodes/node${number + 1}`),
  });
}

/** `deploy/nginx.conf`, started with `-p FOLDER`: what nginx keeps for itself lies there. */
export async function nginxSample({ listen, nodes, tls }: Addresses): Promise<string> {
  const text = changed(await sample('nginx.conf'), {
    listen: [`listen ${listen}${tls === undefined ? '' : ' ssl'};`],
    node: nodes.map((node) => `server ${node} max_fails=1 fail_timeout=1s;`),
    upload: nodes.map((node) => `server ${node} max_fails=1 fail_timeout=1s;`),
    tls: tls === undefined ? [] : [`ssl_certificate ${tls.certificate};`, `ssl_certificate_key ${tls.key};`],
  });
  const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  return text.replace(/^http \{$/m, (line) => `${line}\n${own.join('\n')}`);
}

function sample(name: string): Promise<string> {
  return readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
}

/** Puts `lines[mark]` where `text` has lines that end in `# <- mark`. @throws Error when a mark has no line */
function changed(text: string, lines: Readonly<Record<string, readonly string[]>>): string {
  const left = new Map(Object.entries(lines));
  const result = text.split('\n').flatMap((line) => {
    const [, mark] = /# <- (\w+)$/.exec(line) ?? [];
    if (mark === undefined) return [line];
    const replacement = left.get(mark) ?? [];
    if (left.has(mark)) left.set(mark, []);
    else throw new Error(`nothing is said for the line: ${line.trim()}`);
    return replacement;
  });
  const unused = [...left].filter(([, rest]) => rest.length > 0).map(([mark]) => mark);
  if (unused.length > 0) throw new Error(`the sample has no line marked ${unused.join(', ')}`);
  return result.join('\n');
}
