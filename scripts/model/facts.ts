import type { BotocoreModel, BotocoreOperation, BotocoreShape, ShapeReference } from './botocore.ts';

/** The model's facts as committed: no word of its documentation. */
export interface Facts {
  readonly source: { readonly botocore: string; readonly apiVersion: string };
  readonly serviceId: string;
  readonly signingName: string;
  readonly protocol: string;
  readonly targetPrefix?: string;
  readonly jsonVersion?: string;
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
}

interface OperationFacts {
  /** Of the REST protocols: `/signing-profiles/{profileName}`. */
  readonly http?: { readonly method: string; readonly uri: string };
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
}

export interface ShapeFacts {
  readonly type: string;
  readonly required?: readonly string[];
  /** Member name to shape name, in the model's order. */
  readonly members?: Readonly<Record<string, string>>;
  /** Of the REST protocols: members that are not in the body. */
  readonly locations?: Readonly<Record<string, LocationFacts>>;
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** A secret: nothing that is said may hold it. */
  readonly sensitive?: boolean;
  readonly error?: { readonly code?: string; readonly status: number };
}

interface LocationFacts {
  readonly in: string;
  readonly name: string;
}

/**
 * Takes the facts out of `model`. Members keep their order; operations and shapes are sorted by name. With `only`, the
 * facts are of those operations alone, and of the shapes that they need.
 *
 * @throws when the model lacks one of them
 */
export function factsOf(model: BotocoreModel, botocoreVersion: string, only?: readonly string[]): Facts {
  const { metadata } = model;
  const { operations, shapes } = only ? pruned(model, only) : model;
  return {
    source: { botocore: botocoreVersion, apiVersion: metadata.apiVersion },
    serviceId: metadata.serviceId,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    protocol: metadata.protocol,
    ...(metadata.targetPrefix !== undefined && { targetPrefix: metadata.targetPrefix }),
    ...(metadata.jsonVersion !== undefined && { jsonVersion: metadata.jsonVersion }),
    ...(metadata.xmlNamespace !== undefined && { xmlNamespace: metadata.xmlNamespace }),
    operations: mapSorted(operations, (it) => operationFacts(it, metadata.protocol.startsWith('rest-'))),
    shapes: mapSorted(shapes, shapeFacts),
  };
}

function pruned(
  { operations, shapes }: BotocoreModel,
  only: readonly string[],
): Pick<BotocoreModel, 'operations' | 'shapes'> {
  const kept = Object.fromEntries(only.map((name) => [name, named(operations, name)] as const));
  const needed = new Set<string>();
  const need = (reference: ShapeReference | undefined) => {
    if (reference === undefined || needed.has(reference.shape)) return;
    needed.add(reference.shape);
    const { members = {}, member, key, value } = named(shapes, reference.shape);
    for (const it of [...Object.values(members), member, key, value]) need(it);
  };
  for (const { input, output, errors = [] } of Object.values(kept)) {
    for (const it of [input, output, ...errors]) need(it);
  }
  return { operations: kept, shapes: Object.fromEntries(Array.from(needed, (name) => [name, named(shapes, name)])) };
}

function named<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`The model has no ${name}.`);
  return found;
}

function operationFacts(operation: BotocoreOperation, isRest: boolean): OperationFacts {
  const { http } = operation;
  return {
    ...(isRest && http && { http: { method: http.method, uri: http.requestUri } }),
    ...(operation.input && { input: operation.input.shape }),
    ...(operation.output && { output: operation.output.shape }),
    errors: (operation.errors ?? []).map((it) => it.shape),
  };
}

function shapeFacts(shape: BotocoreShape): ShapeFacts {
  return {
    type: shape.type,
    ...(shape.members && { members: mapValues(shape.members, (it: ShapeReference) => it.shape) }),
    ...locationsOf(shape),
    ...(shape.required && { required: shape.required }),
    ...(shape.member && { element: shape.member.shape }),
    ...(shape.key && { key: shape.key.shape }),
    ...(shape.value && { value: shape.value.shape }),
    ...(shape.min !== undefined && { min: shape.min }),
    ...(shape.max !== undefined && { max: shape.max }),
    ...(shape.pattern !== undefined && { pattern: shape.pattern }),
    ...(shape.enum && { enum: shape.enum }),
    ...(shape.sensitive && { sensitive: true }),
    ...(shape.exception && { error: errorFacts(shape) }),
  };
}

function locationsOf({ members = {} }: BotocoreShape): Pick<ShapeFacts, 'locations'> {
  const elsewhere = Object.entries(members).flatMap(([member, { location, locationName = member }]) =>
    location === undefined ? [] : [[member, { in: location, name: locationName }] as const],
  );
  return elsewhere.length === 0 ? {} : { locations: Object.fromEntries(elsewhere) };
}

/** A client error without a status of its own is 400, a fault of the service 500. */
function errorFacts(shape: BotocoreShape): { code?: string; status: number } {
  const status = shape.error?.httpStatusCode ?? (shape.fault ? 500 : 400);
  return { ...(shape.error?.code !== undefined && { code: shape.error.code }), status };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function mapSorted<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, change(value)]));
}
