import { parsePolicy } from '../../policy/parse.ts';

/** Whether a stored document allows some action of a service, such as `ecr`, whatever else denies it. */
export function grantsService(document: string, namespace: string): boolean {
  return parsePolicy(document, 'identity').statements.some(({ effect, actions }) => {
    if (effect !== 'Allow') return false;
    const isAll = (it: string) => it === '*' || it.toLowerCase() === `${namespace}:*`;
    if (actions.isNot) return !actions.values.some(isAll);
    return actions.values.some((it) => it === '*' || it.toLowerCase().startsWith(`${namespace}:`));
  });
}
