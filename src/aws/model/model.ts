import * as v from 'valibot';
import { type OperationFacts, ServiceFacts, type Shape } from './facts.ts';
import { compilePattern } from './pattern.ts';

/** A service's published API model, ready to be walked: `validate` and `render` take it. */
export interface Model {
  readonly serviceId: string;
  /** Such as `2010-05-08`. */
  readonly apiVersion: string;
  /** Of answers in XML; undefined where the protocol has none. */
  readonly xmlNamespace: string | undefined;
  /** The service's name in a credential scope, such as `ecr`. */
  readonly signingName: string;
  /** What stands before the dot in `X-Amz-Target`; undefined where the protocol has no target. */
  readonly targetPrefix: string | undefined;
  readonly operations: ReadonlyMap<string, OperationFacts>;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The patterns of `shapes` by their text, compiled to match a whole string. */
  readonly patterns: ReadonlyMap<string, RegExp>;
}

/** Reads the committed facts of a service. @throws when `facts` are not such, or name a shape that is missing. */
export function loadModel(facts: unknown): Model {
  const { source, serviceId, signingName, targetPrefix, xmlNamespace, operations, shapes } = v.parse(
    ServiceFacts,
    facts,
  );
  const model = {
    serviceId,
    apiVersion: source.apiVersion,
    xmlNamespace,
    signingName,
    targetPrefix,
    operations: new Map(Object.entries(operations)),
    shapes: new Map(Object.entries(shapes)),
    patterns: new Map<string, RegExp>(),
  };
  for (const shape of model.shapes.values()) {
    for (const name of namedBy(shape)) shapeOf(model, name);
    if (shape.type === 'string' && shape.pattern !== undefined) {
      model.patterns.set(shape.pattern, compilePattern(shape.pattern));
    }
  }
  return model;
}

/** The shape called `name`. @throws when the model has none: a bug of the caller. */
export function shapeOf(model: Pick<Model, 'shapes' | 'serviceId'>, name: string): Shape {
  const shape = model.shapes.get(name);
  if (!shape) throw new Error(`The API model of ${model.serviceId} has no shape ${name}.`);
  return shape;
}

function namedBy(shape: Shape): readonly string[] {
  if (shape.type === 'structure') return Object.values(shape.members);
  if (shape.type === 'list') return [shape.element];
  if (shape.type === 'map') return [shape.key, shape.value];
  return [];
}
