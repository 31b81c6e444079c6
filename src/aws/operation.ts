import { type Access, authorize } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import type { Signer } from '../identity/find-signer.ts';
import type { Principal } from '../identity/principal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Model } from './model/model.ts';
import { CLOUDTRAIL, ECR, IAM, KMS, STS } from './model/models.ts';
import { render } from './validation/render.ts';
import { validate } from './validation/validate.ts';

/** The services that this door speaks for. */
export const MODELS = { ecr: ECR, iam: IAM, sts: STS, kms: KMS, cloudtrail: CLOUDTRAIL } as const satisfies Record<
  string,
  Model
>;

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
}

/** What an operation states. The door asks for permission with it, so an operation cannot forget to. */
export interface OperationParts<In, Out> {
  readonly service: keyof typeof MODELS;
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

export interface Operation {
  readonly service: keyof typeof MODELS;
  readonly name: string;
  readonly largestBody: number;
  /**
   * Validates the parsed body, asks whether the caller may, does it, and gives the answer as JSON may write it: undefined
   * where the model has no output.
   *
   * @throws SerializationFailed, ConstraintViolated, AccessDenied, in this order; then what the operation refuses
   */
  run(body: unknown, call: Call): Promise<unknown>;
}

/**
 * An operation of the AWS door. `In` and `Out` are the generated types of its shapes; where the model has no output,
 * `Out` is `void`, and where it has no input, `In` is `Empty`.
 *
 * @throws when the service's model has no such operation
 */
export function operation<In, Out>(parts: OperationParts<In, Out>): Operation {
  const { service, name, action, largestBody = USUAL_BODY } = parts;
  const model = MODELS[service];
  const facts = model.operations.get(name);
  if (!facts) throw new Error(`The API model of ${model.serviceId} has no operation ${name}.`);
  const { input: inputShape, output: outputShape } = facts;
  return {
    service,
    name,
    largestBody,
    async run(body, call) {
      const input = inputShape === undefined ? ({} as In) : validate<In>(model, inputShape, body);
      if (action !== ASKS_ITSELF) await ask(parts, [action, ...(parts.furtherActions?.(input) ?? [])], input, call);
      const output = await parts.handle(input, call);
      return outputShape === undefined ? undefined : render(model, outputShape, output);
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
  const conditions = await parts.conditions?.(input, call);
  const resourcePolicies = await parts.resourcePolicies?.(input, call);
  for (const action of actions) {
    await authorize(call.world, call.caller, { action, resources, conditions, resourcePolicies });
  }
}
