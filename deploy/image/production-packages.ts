/** What a lock file (version 3) says of one package. */
interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** By the folder from the root of the checkout; the checkout itself is under the empty name. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/**
 * The folders of the packages that the program needs to run, sorted: its dependencies, theirs, and so on, found where
 * Node.js would look. Left out are what is only developed with, what is optional, and `without`, whose own
 * dependencies serve its installation alone.
 *
 * @throws Error when a package is needed that the lock file does not have
 */
export function productionPackages(packages: LockedPackages, without: readonly string[] = []): string[] {
  const found = new Set<string>();
  const open = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const name of neededBy(packages[at] ?? {})) {
      if (without.includes(name)) continue;
      const folder = resolve(packages, at, name);
      if (found.has(folder)) continue;
      found.add(folder);
      open.push(folder);
    }
  }
  return [...found].sort();
}

function neededBy({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: LockedPackage): string[] {
  const peers = Object.keys(peerDependencies).filter((it) => peerDependenciesMeta[it]?.optional !== true);
  return [...Object.keys(dependencies), ...peers];
}

/** The nearest `node_modules/NAME`, from the folder of the package that asks and outwards. */
function resolve(packages: LockedPackages, from: string, name: string): string {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const folder = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[folder] !== undefined) return folder;
    if (at === '') throw new Error(`${from || 'The program'} needs ${name}, which package-lock.json does not have.`);
  }
}
