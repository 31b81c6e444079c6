import { type Model, shapeOf } from '../../src/aws/model/model.ts';

/** How an operation of a REST service is called with `input`: each member in the place that the model gives it. */
export function restRequest(
  model: Model,
  operation: string,
  input: object,
): { readonly method: string; readonly path: string; readonly body: string } {
  const { http, input: shapeName = '' } = model.operations.get(operation) ?? {};
  const shape = shapeOf(model, shapeName);
  if (!http || shape.type !== 'structure') throw new Error(`${operation} is no operation of a REST service.`);
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  let path = http.uri;
  for (const [member, value] of Object.entries(input)) {
    const { in: place = 'body', name = member } = shape.locations[member] ?? {};
    if (place === 'uri') path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (place === 'querystring') for (const it of [value].flat()) query.append(name, String(it));
    else body[member] = value;
  }
  const search = query.size > 0 ? `?${query.toString().replaceAll('+', '%20')}` : '';
  const hasBody = Object.keys(body).length > 0;
  return { method: http.method, path: `${path}${search}`, body: hasBody ? JSON.stringify(body) : '' };
}
