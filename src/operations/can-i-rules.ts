import { listAt } from '../kubernetes/index.ts';

/** What may be done with some resources, the same for all of them. */
export interface RuleGroup {
  /** In Kubernetes' order, `*` for all. */
  readonly verbs: readonly string[];
  /** The API group, empty for core, `*` for all. */
  readonly group: string;
  /** Plurals, with subresources as `pods/log`; `*` for all. */
  readonly resources: readonly string[];
  /** Only objects of these names; empty for all. */
  readonly names: readonly string[];
}

/** What may be done with paths that are no objects. */
export interface PathRule {
  readonly verbs: readonly string[];
  readonly paths: readonly string[];
}

const VERBS = ['*', 'get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * Rules as an API server lists them, brought together: each resource once for each set of names, resources with the same
 * verbs in one group, and what a wider rule gives already left out.
 */
export function compactRules(rules: readonly unknown[]): RuleGroup[] {
  const single = new Map<string, { group: string; resource: string; names: readonly string[]; verbs: Set<string> }>();
  for (const rule of rules) {
    const names = texts(rule, 'resourceNames').toSorted();
    for (const group of texts(rule, 'apiGroups')) {
      for (const resource of texts(rule, 'resources')) {
        const key = JSON.stringify([group, resource, names]);
        const known = single.get(key) ?? { group, resource, names, verbs: new Set<string>() };
        for (const verb of texts(rule, 'verbs')) known.verbs.add(verb);
        single.set(key, known);
      }
    }
  }
  const all = [...single.values()];
  // What any wider rule gives needs no line of its own.
  const kept = all.flatMap((entry) => {
    const wider = all.filter((other) => other !== entry && covers(other, entry));
    const given = new Set<string>();
    for (const other of wider) for (const verb of other.verbs) given.add(verb);
    if (given.has('*')) return [];
    const verbs = entry.verbs.has('*') ? ['*'] : [...entry.verbs].filter((verb) => !given.has(verb));
    return verbs.length === 0 ? [] : [{ ...entry, verbs: verbs.toSorted(byVerb) }];
  });
  return [...Map.groupBy(kept, ({ group, names, verbs }) => JSON.stringify([group, names, verbs])).values()].flatMap(
    (members) => {
      const [first] = members;
      if (first === undefined) return [];
      return {
        verbs: first.verbs,
        group: first.group,
        names: first.names,
        resources: members.map((member) => member.resource).toSorted(),
      };
    },
  );
}

/** The same for paths. */
export function compactPaths(rules: readonly unknown[]): PathRule[] {
  const byPath = new Map<string, Set<string>>();
  for (const rule of rules) {
    for (const path of texts(rule, 'nonResourceURLs')) {
      const verbs = byPath.get(path) ?? new Set<string>();
      for (const verb of texts(rule, 'verbs')) verbs.add(verb);
      byPath.set(path, verbs);
    }
  }
  const sameVerbs = Map.groupBy(byPath, ([, verbs]) => JSON.stringify(verbs.has('*') ? ['*'] : [...verbs].toSorted(byVerb)));
  return [...sameVerbs].map(([verbs, paths]) => ({
    verbs: JSON.parse(verbs) as string[],
    paths: paths.map(([path]) => path).toSorted(),
  }));
}

interface Single {
  readonly group: string;
  readonly resource: string;
  readonly names: readonly string[];
}

/** True when whatever a rule gives for `wide` it gives for `narrow` too. */
function covers(wide: Single, narrow: Single): boolean {
  const sameGroup = wide.group === '*' || wide.group === narrow.group;
  const subresource = narrow.resource.split('/')[1];
  const sameResource =
    wide.resource === '*' ||
    wide.resource === narrow.resource ||
    (subresource !== undefined && wide.resource === `*/${subresource}`);
  const sameNames = wide.names.length === 0 || JSON.stringify(wide.names) === JSON.stringify(narrow.names);
  const isWider = wide.group !== narrow.group || wide.resource !== narrow.resource || wide.names.length !== narrow.names.length;
  return sameGroup && sameResource && sameNames && isWider;
}

function byVerb(a: string, b: string): number {
  const place = (verb: string): number => (VERBS.includes(verb) ? VERBS.indexOf(verb) : VERBS.length);
  return place(a) - place(b) || (a < b ? -1 : 1);
}

function texts(value: unknown, key: string): string[] {
  return listAt(value, key).filter((entry): entry is string => typeof entry === 'string');
}
