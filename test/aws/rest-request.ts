import { type Model, shapeOf } from '../../src/aws/model/model.ts';

/** How an operation of a REST service is called with `input`: each member in the place that the model gives it. */
export function restRequest(
  model: Model,
  operation: string,
  input: object,
): { method: string; path: string; query: Record<string, string[]>; body: string } {
  const { http, input: shapeName = '' } = model.operations.get(operation) ?? {};
  const shape = shapeOf(model, shapeName);
  if (!http || shape.type !== 'structure') throw new Error(`${operation} is no operation of a REST service.`);
  const query: Record<string, string[]> = {};
  const body: Record<string, unknown> = {};
  let path = http.uri;
  for (const [member, value] of Object.entries(input)) {
    const { in: place = 'body', name = member } = shape.locations[member] ?? {};
    if (place === 'uri') path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (place === 'querystring') query[name] = [value].flat().map(String);
    else body[member] = value;
  }
  const hasBody = Object.keys(body).length > 0;
  return { method: http.method, path, query, body: hasBody ? JSON.stringify(body) : '' };
}
