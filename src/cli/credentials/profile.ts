export type Profile = Readonly<Record<string, string>>;

/**
 * A profile of the AWS CLI's files: that of its credentials file before that of its config file, where a section is called
 * `profile NAME` but for the default. Empty when neither has it. Nested settings are passed over.
 */
export function readProfile(files: { readonly config: string; readonly credentials: string }, name: string): Profile {
  const inConfig = name === 'default' ? 'default' : `profile ${name}`;
  return { ...section(files.config, inConfig), ...section(files.credentials, name) };
}

function section(text: string, wanted: string): Profile {
  const found: Record<string, string> = {};
  let current: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(.*?)\s*\]\s*(?:[#;].*)?$/.exec(line)?.[1];
    if (heading !== undefined) current = heading.replace(/\s+/g, ' ').replaceAll('"', '');
    else if (current === wanted) {
      const [, key, value] = /^([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined && value !== '') found[key.toLowerCase()] = value;
    }
  }
  return found;
}
