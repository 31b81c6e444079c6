import { type Event, envelopeOf, eventTime, type Json } from '../../values/event.ts';
import { parseJsonPath, valueAt } from './json-path.ts';
import { fillTemplate, parseTemplate } from './template.ts';

/** What of a target says what it is sent; at most one of them. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

export interface Matched {
  readonly event: Event;
  readonly rule: { readonly arn: string; readonly name: string };
  /** When the event was taken in. */
  readonly acceptedAt: Date;
}

/**
 * JSON that a target is sent for an event: the event itself, or what its input makes of it. EventBridge User Guide,
 * "Input transformation". A path that leads nowhere gives `null`, in a template an empty text.
 */
export function bodyOf({ Input, InputPath, InputTransformer }: TargetInput, matched: Matched): string {
  const event = envelopeOf(matched.event) as unknown as Json;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(at(InputPath, event) ?? null);
  if (InputTransformer === undefined) return JSON.stringify(event);

  const { InputPathsMap: paths = {}, InputTemplate } = InputTransformer;
  const reserved = reservedOf(matched, event);
  return fillTemplate(parseTemplate(InputTemplate), (name) => {
    if (reserved.has(name)) return reserved.get(name);
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? undefined : at(path, event);
  });
}

function at(path: string, event: Json): Json | undefined {
  const parsed = parseJsonPath(path);
  return parsed && valueAt(parsed, event);
}

function reservedOf({ rule, acceptedAt }: Matched, event: Json): ReadonlyMap<string, Json> {
  const { detail: _, ...withoutDetail } = event as { readonly [member: string]: Json };
  return new Map<string, Json>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', eventTime(acceptedAt)],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
}
