import { dirname } from 'node:path';
import type { Berth } from '../compose.ts';
import { commandName } from '../settings/command-name.ts';
import { mayColour } from '../settings/environment.ts';
import { table } from '../settings/table.ts';

/** What a person needs to push an image to `berth` from this machine: lines to paste. A new secret is shown this once. */
export function banner(berth: Pick<Berth, 'url' | 'root' | 'folder' | 'authorityFile' | 'settings'>): string {
  const { url, root, folder, authorityFile, settings } = berth;
  const { host } = new URL(url);
  const [region] = settings.region;
  const [bold, plain] = mayColour(process.stderr) ? ['\x1b[1m', '\x1b[0m'] : ['', ''];
  const credentials = root.isNew
    ? `Root credentials, made now and shown this once (kept in ${folder.credentials}):
  access key id      ${root.accessKeyId}
  secret access key  ${root.secretAccessKey}`
    : `Root credentials: ${folder.credentials}`;
  const trust = authorityFile === undefined ? '' : `  export AWS_CA_BUNDLE=${quoted(authorityFile)}\n`;
  // docker trusts whatever answers on this machine's own addresses; the others look.
  const certificates =
    authorityFile === undefined
      ? ''
      : `podman and buildah push and pull the same with --cert-dir ${quoted(dirname(authorityFile))}, skopeo copy with --dest-cert-dir or --src-cert-dir\n`;
  // The command finds the usual folder by itself.
  const where = folder.path === table.dataDir.fallback ? '' : ` --data-dir ${quoted(folder.path)}`;
  const elsewhere =
    settings.domain === undefined
      ? ''
      : `\nFrom elsewhere the registry is ${settings.accountId}.dkr.ecr.${region}.${settings.domain}\n`;

  return `
${bold}Berth serves ${url}${plain}   data: ${placeOf(berth)}

${credentials}

Log in, in another terminal:
  export AWS_SHARED_CREDENTIALS_FILE=${quoted(folder.credentials)} AWS_DEFAULT_REGION=${region}
${trust}  aws ecr get-login-password --endpoint-url ${url} | docker login -u AWS --password-stdin ${host}
(without the AWS CLI: ${commandName()} login --run${where})

Create a repository, push and pull:
  aws ecr create-repository --endpoint-url ${url} --repository-name app
  docker tag IMAGE ${host}/app:1
  docker push ${host}/app:1
  docker pull ${host}/app:1
${certificates}${elsewhere}
`;
}

/** Where the data lie; of a database elsewhere only that it is one, since its address has a password. */
function placeOf({ settings, folder }: Pick<Berth, 'settings' | 'folder'>): string {
  const { database, storage } = settings;
  const here = `${folder.path}${settings.ephemeral ? ' (kept until it ends)' : ''}`;
  if (database === undefined && storage === undefined) return here;
  const rows = database === undefined ? here : 'PostgreSQL';
  return `${rows}, layers: ${storage === undefined ? folder.blobs : `s3://${storage.bucket}/${storage.prefix}`}`;
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w/.:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
