/** What a container needs and does not find: a ConfigMap or Secret, or one key of it. */
export interface MissingConfiguration {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Undefined when the whole object is missing. */
  readonly key: string | undefined;
}

/** The kubelet's sentences, as they stand in `CreateContainerConfigError` and in `FailedMount` events. */
const SENTENCES: readonly {
  readonly pattern: RegExp;
  readonly read: (found: RegExpExecArray) => MissingConfiguration | undefined;
}[] = [
  {
    pattern: /couldn't find key (\S+) in (ConfigMap|Secret) (?:[^/\s]+\/)?([^\s,]+)/,
    read: ([, key, kind, name]) => missing(kind, name, key),
  },
  { pattern: /(configmap|secret)s? "([^"]+)" not found/i, read: ([, kind, name]) => missing(kind, name, undefined) },
  { pattern: /references non-existent (config|secret) key: (\S+)/, read: ([, kind, key]) => missing(kind, '', key) },
];

/** Which ConfigMap, Secret or key a message says is missing; undefined when it says something else. */
export function parseConfiguration(message: string | undefined): MissingConfiguration | undefined {
  for (const { pattern, read } of SENTENCES) {
    const found = pattern.exec(message ?? '');
    if (found !== null) return read(found);
  }
  return undefined;
}

/** `ConfigMap app has no key "db.url"`, `Secret tls does not exist`. */
export function sayConfiguration({ kind, name, key }: MissingConfiguration): string {
  const object = name === '' ? `the ${kind}` : `${kind} ${name}`;
  return key === undefined ? `${object} does not exist` : `${object} has no key "${key}"`;
}

function missing(kind: string | undefined, name: string | undefined, key: string | undefined): MissingConfiguration | undefined {
  if (kind === undefined || name === undefined) return undefined;
  return { kind: kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name, key };
}
