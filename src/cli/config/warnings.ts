import { exposureOf, valueAt, type Path } from '../../platform/config/index.ts';
import { SECRET_KEYS, type ClusterConfig } from './cluster-schema.ts';
import type { Draft } from './draft.ts';
import { textOf } from './referred-files.ts';

/** The fields that name a file with a secret in it. */
const SECRET_FILES = [
  'service_account_token_file',
  'token_file',
  'tls_config.key_file',
  'oidc.client_secret_file',
  'oidc.id_token_file',
  'oidc.refresh_token_file',
];

/** Where the kubelet puts Secrets and tokens, readable by all: nobody else is in the container. */
const MOUNTED = /^(\/var)?\/run\/secrets\//;

/** What is risky about a file that is right, a line each. */
export async function configWarnings(draft: Draft, configs: readonly ClusterConfig[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const own = await exposureOf(draft.path);
  if (own === 'writable')
    lines.push(`${draft.path} can be changed by everyone on this machine, and says which programs log in: chmod go-w it.`);
  else if (own === 'readable' && holdsSecrets(draft)) {
    lines.push(`${draft.path} holds secrets and can be read by others on this machine: chmod 600 it, or use \${VARIABLES}.`);
  }
  for (const [index, config] of configs.entries()) {
    for (const field of SECRET_FILES) {
      const name = textOf(config, field);
      if (name === undefined) continue;
      const file = draft.absolute(name);
      const exposure = MOUNTED.test(file) ? 'none' : await exposureOf(file);
      const place = draft.placeOf(['clusters', index, ...field.split('.')]);
      if (exposure === 'missing')
        lines.push(`${place}: ${field} names a file that is not there; the cluster cannot be used until it is.`);
      else if (exposure !== 'none')
        lines.push(`${place}: ${field} names a secret that others on this machine can read: chmod 600 it.`);
    }
  }
  return lines;
}

/** Whether a secret stands in the file itself, and not in a variable. */
function holdsSecrets({ source, interpolated }: Draft): boolean {
  const search = (value: unknown, path: Path): boolean => {
    if (typeof value === 'string') {
      const key = String(path.at(-1));
      if (!SECRET_KEYS.has(key) || interpolated(path)) return false;
      return key !== 'proxy_url' || (URL.canParse(value) && new URL(value).password !== '');
    }
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, each]) => search(each, [...path, Array.isArray(value) ? Number(key) : key]));
  };
  return search(valueAt(source, ['clusters']), ['clusters']);
}
