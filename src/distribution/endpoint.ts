import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../identity/caller.ts';
import type { Principal } from '../identity/principal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Query } from './request-target.ts';

/** The IAM actions that this door asks for. ECR: docker's requests need the actions of the API calls they stand for. */
export type Action =
  | 'ecr:DescribeRepositories'
  | 'ecr:CreateRepository'
  | 'ecr:BatchGetImage'
  | 'ecr:PutImage'
  | 'ecr:BatchDeleteImage'
  | 'ecr:ListImages'
  | 'ecr:BatchCheckLayerAvailability'
  | 'ecr:GetDownloadUrlForLayer'
  | 'ecr:InitiateLayerUpload'
  | 'ecr:UploadLayerPart'
  | 'ecr:CompleteLayerUpload';

/** Instead of an action: whoever has a good login may. */
export const LOGGED_IN = 'logged in';

/** What the route reads from the path. The name is well-formed; the reference is whatever was sent. */
export interface Parts {
  /** Empty where the route names no repository. */
  readonly repositoryName: string;
  /** A tag, digest or upload id, decoded; empty where the route has none. */
  readonly reference: string;
}

/** One request, authenticated and authorized. */
export interface Call extends Parts {
  readonly world: World;
  readonly principal: Principal;
  readonly caller: Caller;
  readonly registry: RegistryId;
  readonly query: Query;
  /** Its body has not been read; a client that waits for `100 Continue` is told to go on at the first read. */
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
  /** @throws AccessDenied unless the caller may do `action` to that repository of the addressed registry. */
  authorize(action: Action, repositoryName: string): Promise<void>;
  /** Whether `authorize` would let it pass. */
  may(action: Action, repositoryName: string): Promise<boolean>;
}

/**
 * One thing that this door does. It states its parts; the front door asks for permission with them before `handle`
 * runs, so an endpoint cannot forget to.
 */
export interface Endpoint {
  readonly action: Action | typeof LOGGED_IN;
  /** What it is called in the audit trail, where it stands for no call of the API. */
  readonly recordedAs?: string;
  /** Who may do this one may as well. */
  readonly orAction?: Action;
  /** Actions that this request needs besides, on the same resources. */
  furtherActions?(request: IncomingMessage): readonly Action[];
  /** The ARNs that the action touches, or `*`. */
  resources(parts: Parts, registry: RegistryId): readonly [string, ...string[]];
  handle(call: Call): Promise<void>;
}
