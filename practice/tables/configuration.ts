import { AGE, CREATED, field, NAME, printer, text } from './column.ts';

/** A kind that the server has no columns for. */
export const PLAIN = printer([NAME, CREATED]);

/** A kind of which only the age says something. */
export const AGED = printer([NAME, AGE]);

const sizeOf = (data: Readonly<Record<string, unknown>> | null | undefined): number => Object.keys(data ?? {}).length;

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export const CONFIG_MAP = printer<ConfigMap>([
  NAME,
  text('Data', field('core.v1.ConfigMap.data'), ({ data, binaryData }) => sizeOf(data) + sizeOf(binaryData)),
  AGE,
]);

export const SECRET = printer<{ readonly type?: string; readonly data?: Readonly<Record<string, string>> }>([
  NAME,
  text('Type', field('core.v1.Secret.type'), ({ type }) => type ?? ''),
  text('Data', field('core.v1.Secret.data'), ({ data }) => sizeOf(data)),
  AGE,
]);

type Quantities = Readonly<Record<string, string>>;

interface ResourceQuota {
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities };
}

const quotaText = ({ status }: ResourceQuota, isShown: (resource: string) => boolean): string =>
  Object.entries(status?.hard ?? {})
    .filter(([resource]) => isShown(resource))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, hard]) => `${resource}: ${status?.used?.[resource] ?? '0'}/${hard}`)
    .join(', ');

const isLimit = (resource: string): boolean => resource.startsWith('limits.');

export const RESOURCE_QUOTA = printer<ResourceQuota>([
  NAME,
  text('Request', 'Request represents a minimum amount of cpu/memory that a container may consume.', (quota) =>
    quotaText(quota, (resource) => !isLimit(resource)),
  ),
  text(
    'Limit',
    'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
    (quota) => quotaText(quota, isLimit),
  ),
  AGE,
]);
