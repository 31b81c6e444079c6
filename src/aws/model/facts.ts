import * as v from 'valibot';

const Bounds = { min: v.optional(v.number()), max: v.optional(v.number()) };

const Structure = v.object({
  type: v.literal('structure'),
  /** Member name to shape name, in the model's order, which is the order of the checks. */
  members: v.record(v.string(), v.string()),
  required: v.optional(v.array(v.string()), []),
  /** Of the REST protocols: members that are not in the body. */
  locations: v.optional(
    v.record(v.string(), v.object({ in: v.picklist(['uri', 'querystring', 'header']), name: v.string() })),
    {},
  ),
  /** Only on errors. */
  error: v.optional(v.object({ code: v.optional(v.string()), status: v.number() })),
});
const List = v.object({ type: v.literal('list'), element: v.string(), ...Bounds });
const TextMap = v.object({ type: v.literal('map'), key: v.string(), value: v.string(), ...Bounds });
const Text = v.object({
  type: v.literal('string'),
  pattern: v.optional(v.string()),
  enum: v.optional(v.array(v.string())),
  /** A secret: no text may repeat it. */
  sensitive: v.optional(v.boolean(), false),
  ...Bounds,
});
const Numeric = v.object({ type: v.picklist(['integer', 'long', 'float', 'double']), ...Bounds });
const Blob = v.object({ type: v.literal('blob'), ...Bounds });
const Truth = v.object({ type: v.literal('boolean') });
const Timestamp = v.object({ type: v.literal('timestamp') });

/** The committed facts of a service's published API model, as scripts/model writes them. */
export const ServiceFacts = v.object({
  source: v.object({ apiVersion: v.string() }),
  serviceId: v.string(),
  signingName: v.string(),
  protocol: v.string(),
  targetPrefix: v.optional(v.string()),
  jsonVersion: v.optional(v.string()),
  xmlNamespace: v.optional(v.string()),
  operations: v.record(
    v.string(),
    v.object({
      /** Of the REST protocols: `/signing-profiles/{profileName}`. */
      http: v.optional(v.object({ method: v.string(), uri: v.string() })),
      input: v.optional(v.string()),
      output: v.optional(v.string()),
      errors: v.array(v.string()),
    }),
  ),
  shapes: v.record(v.string(), v.variant('type', [Structure, List, TextMap, Text, Numeric, Blob, Truth, Timestamp])),
});

export type ServiceFacts = v.InferOutput<typeof ServiceFacts>;
export type OperationFacts = ServiceFacts['operations'][string];
export type Shape = ServiceFacts['shapes'][string];
export type TextShape = Extract<Shape, { type: 'string' }>;
