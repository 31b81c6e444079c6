import type { Act } from '../audit/act.ts';
import { type Access, authorize } from '../identity/authorize.ts';
import type { Caller, RequestFacts } from '../identity/caller.ts';
import type { Signer } from '../identity/find-signer.ts';
import type { Principal } from '../identity/principal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Model } from './model/model.ts';
import { MODELS, type Service } from './model/models.ts';
import { refuseSession } from './sts/refuse-session.ts';
import { validate } from './validation/validate.ts';

/** Instead of an action: the operation asks in its own work. */
export const ASKS_ITSELF = 'asks itself';

/** The input of an operation that takes none. */
export type Empty = Readonly<Record<never, never>>;

type OrLater<T> = T | Promise<T>;

const MIB = 1024 * 1024;
const USUAL_BODY = MIB;

/** One call of the API, authenticated. */
export interface Call {
  readonly world: World;
  readonly principal: Principal;
  readonly caller: Caller;
  /** What signed, without its secret: login tokens end with it. */
  readonly signer: Pick<Signer, 'accessKeyId' | 'epoch' | 'principal'> & { readonly sessionToken: string | undefined };
  /** The caller's own registry: his account, in the region that he signed for. */
  readonly registry: RegistryId;
  /** Scheme and host as the caller wrote them, such as `https://localhost:5000`. */
  readonly origin: string;
  /** The domain that all callers reach, with a port where it is not the usual one; undefined when none is set. */
  readonly domain: string | undefined;
  readonly requestId: string;
  /** What is recorded of it. The door fills it in; an operation adds what only its work shows. */
  readonly act: Act;
}

/** What an operation states. The door asks for permission with it, so an operation cannot forget to. */
export interface OperationParts<In, Out> {
  readonly service: Service;
  /** Its name in the model, where the constraints of input and output are looked up. */
  readonly name: string;
  /**
   * The IAM action that the caller must be allowed. `ASKS_ITSELF` where only the operation's work shows what is touched
   * (AssumeRole), or where nobody can be denied it (GetCallerIdentity).
   */
  readonly action: `${string}:${string}` | typeof ASKS_ITSELF;
  /** Actions that this input needs besides, on the same resources. */
  furtherActions?(input: In): readonly `${string}:${string}`[];
  /** The ARNs that the action touches, or `*`. */
  resource(input: In, call: Call): OrLater<string | readonly [string, ...string[]]>;
  /** Policies on the resource that are not found by its ARN alone: of a KMS key its key policy. */
  resourcePolicies?(input: In, call: Call): OrLater<Access['resourcePolicies']>;
  /** Condition keys of the request, beside those that every request has. */
  conditions?(input: In, call: Call): OrLater<Access['conditions']>;
  /** The most bytes that its body can need; 1 MiB when not said. */
  readonly largestBody?: number;
  /** Does it. The input keeps the model, and the caller may. */
  handle(input: In, call: Call): Promise<Out>;
}

/** An operation as the door calls it. */
export interface Operation {
  readonly service: Service;
  readonly name: string;
  readonly largestBody: number;
  /** Shape of its answer; undefined where the model has none, and of one whose answer has no members. */
  readonly output: string | undefined;
  /** Whether it is called without a signature: the request brings proof of another kind. */
  readonly isUnsigned: boolean;
  /**
   * Validates the input, asks whether the caller may, does it, and gives the answer, typed. `decode` gives the input of
   * the shape that it is told, as far as the protocol can tell.
   *
   * @throws what `decode` does, ConstraintViolated, AccessDenied, in this order; then what the operation refuses
   */
  run(decode: Decode, call: AnyCall): Promise<unknown>;
}

/** Turns what came over the wire into the types of the shape; its constraints are not looked at. */
export type Decode = (model: Model, shapeName: string) => unknown;

/** A call that nobody signed. */
export type UnsignedCall = Pick<Call, 'world' | 'origin' | 'domain' | 'requestId' | 'act'> & {
  readonly request: RequestFacts;
};

/** What the door gives: without `signed` only to operations that are unsigned. */
export type AnyCall = UnsignedCall & {
  readonly signed?: Pick<Call, 'principal' | 'caller' | 'signer' | 'registry'> | undefined;
};

/**
 * An operation of the AWS door. `In` and `Out` are the generated types of its shapes; where the model has no output,
 * `Out` is `void`, and where it has no input, `In` is `Empty`.
 *
 * @throws when the service's model has no such operation
 */
export function operation<In, Out>(parts: OperationParts<In, Out>): Operation {
  const { action } = parts;
  return made<In, Out>(parts, {
    isUnsigned: false,
    async handle(input, { signed, ...rest }) {
      if (!signed) throw new Error(`${parts.name} was called by nobody.`);
      const call = { ...rest, ...signed };
      refuseSession(signed.principal, parts);
      if (action !== ASKS_ITSELF) await ask(parts, [action, ...(parts.furtherActions?.(input) ?? [])], input, call);
      return parts.handle(input, call);
    },
  });
}

/** An operation that is called without a signature; its own work finds out whether the caller may. */
export function unsignedOperation<In, Out>(
  parts: Pick<OperationParts<In, Out>, 'service' | 'name'> & {
    handle(input: In, call: UnsignedCall): Promise<Out>;
  },
): Operation {
  return made<In, Out>(parts, {
    isUnsigned: true,
    handle: (input, { signed: _, ...call }) => parts.handle(input, call),
  });
}

function made<In, Out>(
  { service, name, largestBody = USUAL_BODY }: Pick<OperationParts<In, Out>, 'service' | 'name' | 'largestBody'>,
  { isUnsigned, handle }: { readonly isUnsigned: boolean; handle(input: In, call: AnyCall): Promise<Out> },
): Operation {
  const model = MODELS[service];
  const facts = model.operations.get(name);
  if (!facts) throw new Error(`The API model of ${model.serviceId} has no operation ${name}.`);
  const { input, output } = facts;
  return {
    service,
    name,
    largestBody,
    output,
    isUnsigned,
    run: (decode, call) => {
      const given = input === undefined ? ({} as In) : validate<In>(model, input, decode(model, input));
      call.act.parameters = Object.fromEntries(Object.entries(given as object));
      return handle(given, call);
    },
  };
}

async function ask<In, Out>(
  parts: OperationParts<In, Out>,
  actions: readonly string[],
  input: In,
  call: Call,
): Promise<void> {
  const resource = await parts.resource(input, call);
  const resources = typeof resource === 'string' ? [resource] : resource;
  call.act.resources = resources;
  const conditions = await parts.conditions?.(input, call);
  const resourcePolicies = await parts.resourcePolicies?.(input, call);
  for (const action of actions) {
    await authorize(call.world, call.caller, { action, resources, conditions, resourcePolicies });
  }
}
