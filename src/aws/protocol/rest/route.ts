/** Where an operation of a REST protocol is called, as its model says it: `/signing-profiles/{profileName}`. */
export interface Route {
  /** The labels of `path` by name, still percent-encoded; undefined when it is another path. */
  match(method: string, path: string): ReadonlyMap<string, string> | undefined;
}

/** A label holds a segment, or, written as `{name+}`, all that is left. Smithy, "HTTP bindings: URI". */
export function routeOf({ method, uri }: { readonly method: string; readonly uri: string }): Route {
  const names: string[] = [];
  const pattern = uri.replaceAll(/\{([^}+]+)(\+?)\}|[^{]+/g, (text, name: string | undefined, rest: string) => {
    if (name === undefined) return RegExp.escape(text);
    names.push(name);
    return rest === '+' ? '(.+)' : '([^/]+)';
  });
  const form = new RegExp(`^${pattern}$`);
  return {
    match(asked, path) {
      const found = asked === method ? form.exec(path) : null;
      return found ? new Map(names.map((name, at) => [name, found[at + 1] ?? ''])) : undefined;
    },
  };
}
