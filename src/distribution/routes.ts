import { isRepositoryName } from '../values/names.ts';
import { Base } from './base.ts';
import { CancelUpload } from './cancel-upload.ts';
import { Catalog } from './catalog.ts';
import { CompleteUpload } from './complete-upload.ts';
import { DeleteBlob } from './delete-blob.ts';
import { DeleteManifest } from './delete-manifest.ts';
import type { Endpoint, Parts } from './endpoint.ts';
import { GetBlob, HeadBlob } from './get-blob.ts';
import { GetManifest } from './get-manifest.ts';
import { ListInUse } from './list-in-use.ts';
import { ListTags } from './list-tags.ts';
import { PutManifest } from './put-manifest.ts';
import { Referrers } from './referrers.ts';
import { MethodNotAllowed, NameInvalid, RouteNotFound, TargetMalformed } from './refusals.ts';
import { ReportInUse } from './report-in-use.ts';
import { decodeOnce } from './request-target.ts';
import { StartUpload } from './start-upload.ts';
import { UploadBlob } from './upload-blob.ts';
import { UploadStatus } from './upload-status.ts';

export interface Route {
  readonly method: string;
  /** `{name}` is one or more segments, `{reference}` is one; everything else is taken literally, undecoded. */
  readonly form: string;
  readonly endpoint: Endpoint;
}

/** All there is. The first form that fits a path wins. */
export const routes: readonly Route[] = [
  { method: 'GET', form: '/v2/', endpoint: Base },
  { method: 'HEAD', form: '/v2/', endpoint: Base },
  { method: 'GET', form: '/v2', endpoint: Base },
  { method: 'HEAD', form: '/v2', endpoint: Base },
  { method: 'GET', form: '/v2/_catalog', endpoint: Catalog },
  { method: 'GET', form: '/v2/{name}/tags/list', endpoint: ListTags },
  { method: 'GET', form: '/v2/{name}/referrers/{reference}', endpoint: Referrers },
  { method: 'GET', form: '/v2/{name}/_berth/in-use', endpoint: ListInUse },
  { method: 'PUT', form: '/v2/{name}/_berth/in-use', endpoint: ReportInUse },
  { method: 'GET', form: '/v2/{name}/manifests/{reference}', endpoint: GetManifest },
  { method: 'HEAD', form: '/v2/{name}/manifests/{reference}', endpoint: GetManifest },
  { method: 'PUT', form: '/v2/{name}/manifests/{reference}', endpoint: PutManifest },
  { method: 'DELETE', form: '/v2/{name}/manifests/{reference}', endpoint: DeleteManifest },
  { method: 'POST', form: '/v2/{name}/blobs/uploads/', endpoint: StartUpload },
  { method: 'POST', form: '/v2/{name}/blobs/uploads', endpoint: StartUpload },
  { method: 'GET', form: '/v2/{name}/blobs/uploads/{reference}', endpoint: UploadStatus },
  { method: 'PATCH', form: '/v2/{name}/blobs/uploads/{reference}', endpoint: UploadBlob },
  { method: 'PUT', form: '/v2/{name}/blobs/uploads/{reference}', endpoint: CompleteUpload },
  { method: 'DELETE', form: '/v2/{name}/blobs/uploads/{reference}', endpoint: CancelUpload },
  { method: 'GET', form: '/v2/{name}/blobs/{reference}', endpoint: GetBlob },
  { method: 'HEAD', form: '/v2/{name}/blobs/{reference}', endpoint: HeadBlob },
  { method: 'DELETE', form: '/v2/{name}/blobs/{reference}', endpoint: DeleteBlob },
];

const forms = [...new Set(routes.map((it) => it.form))].map((form) => ({
  form,
  segments: form.split('/'),
  methods: new Map(routes.filter((it) => it.form === form).map((it) => [it.method, it.endpoint])),
}));

/**
 * The endpoint for `path`, which is as it stands in the request line, and what the path names.
 *
 * @throws RouteNotFound, MethodNotAllowed, NameInvalid, TargetMalformed
 */
export function findRoute(method: string, path: string): { form: string; endpoint: Endpoint; parts: Parts } {
  const sent = path.split('/');
  for (const { form, segments, methods } of forms) {
    const raw = match(segments, sent);
    if (raw === undefined) continue;

    const endpoint = methods.get(method);
    if (endpoint === undefined) throw MethodNotAllowed({ method, allow: [...methods.keys()].join(', ') });

    const repositoryName = segments.includes('{name}') ? decodeName(raw.name) : '';
    const reference = decodeOnce(raw.reference);
    if (reference === undefined) throw TargetMalformed({ reason: 'an escape in it is broken' });
    return { form, endpoint, parts: { repositoryName, reference } };
  }
  throw RouteNotFound({ path });
}

/** Compares from both ends: `{name}`, the one part that may have several segments, takes what is left between. */
function match(segments: readonly string[], sent: readonly string[]) {
  const nameAt = segments.indexOf('{name}');
  const nameLength = nameAt < 0 ? 0 : sent.length - segments.length + 1;
  if (nameAt < 0 ? sent.length !== segments.length : nameLength < 1) return undefined;

  let reference = '';
  for (const [index, segment] of segments.entries()) {
    if (index === nameAt) continue;
    const given = sent[nameAt >= 0 && index > nameAt ? index + nameLength - 1 : index];
    if (given === undefined) return undefined;
    if (segment === '{reference}') {
      if (given === '') return undefined;
      reference = given;
    } else if (given !== segment) {
      return undefined;
    }
  }
  return { name: nameAt < 0 ? [] : sent.slice(nameAt, nameAt + nameLength), reference };
}

/** @throws NameInvalid: an escaped `/` would make one segment two, so it is no part of a name, nor are `..` and NUL. */
function decodeName(segments: readonly string[]): string {
  const decoded = segments.map(decodeOnce);
  const repositoryName = decoded.join('/');
  const isWhole = decoded.every((it) => it !== undefined && it !== '' && !it.includes('/'));
  if (!isWhole || !isRepositoryName(repositoryName)) throw NameInvalid({ repositoryName: segments.join('/') });
  return repositoryName;
}
