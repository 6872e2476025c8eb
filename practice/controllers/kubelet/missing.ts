import type { Cluster } from '../cluster.ts';
import type { Container, EnvironmentVariable, Pod, Volume } from '../shapes.ts';

interface Source {
  readonly resource: 'configmaps' | 'secrets';
  /** As messages call it. */
  readonly title: string;
}

const CONFIG_MAP: Source = { resource: 'configmaps', title: 'ConfigMap' };
const SECRET: Source = { resource: 'secrets', title: 'Secret' };

interface Wanted {
  readonly source: Source;
  readonly name: string;
  /** Keys that it must have. */
  readonly keys: readonly string[];
  readonly optional: boolean;
}

function missingPart(cluster: Cluster, namespace: string, { source, name, keys, optional }: Wanted): string | undefined {
  if (optional) return undefined;
  const object = cluster.get(source.resource, namespace, name);
  if (object === undefined) return `${source.resource.slice(0, -1)} "${name}" not found`;
  const has = (key: string): boolean => object.data?.[key] !== undefined || object.binaryData?.[key] !== undefined;
  const key = keys.find((wanted) => !has(wanted));
  return key === undefined ? undefined : `couldn't find key ${key} in ${source.title} ${namespace}/${name}`;
}

function wantedByVariable({ valueFrom }: EnvironmentVariable): Wanted | undefined {
  const [source, ref] = valueFrom?.configMapKeyRef ? [CONFIG_MAP, valueFrom.configMapKeyRef] : [SECRET, valueFrom?.secretKeyRef];
  return ref && { source, name: ref.name, keys: [ref.key], optional: ref.optional ?? false };
}

/** What keeps a container from being created because its environment cannot be made; nothing when all is there. */
export function missingConfig(cluster: Cluster, pod: Pod, container: Container): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const sources = (container.envFrom ?? []).map(({ configMapRef, secretRef }): Wanted | undefined => {
    const [source, ref] = configMapRef ? [CONFIG_MAP, configMapRef] : [SECRET, secretRef];
    return ref && { source, name: ref.name, keys: [], optional: ref.optional ?? false };
  });
  for (const wanted of [...sources, ...(container.env ?? []).map(wantedByVariable)]) {
    const missing = wanted && missingPart(cluster, namespace, wanted);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** The names of the variables that a container gets. */
export function environmentNames(cluster: Cluster, pod: Pod, container: Container): readonly string[] {
  const namespace = pod.metadata.namespace;
  const fromSources = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef, prefix = '' }) => {
    const source = configMapRef
      ? cluster.get('configmaps', namespace, configMapRef.name)
      : cluster.get('secrets', namespace, secretRef?.name ?? '');
    return Object.keys(source?.data ?? {}).map((key) => `${prefix}${key}`);
  });
  return [...fromSources, ...(container.env ?? []).map(({ name }) => name)];
}

function missingOfVolume(cluster: Cluster, namespace: string, { configMap, secret }: Volume): string | undefined {
  const [source, name, from] = configMap ? [CONFIG_MAP, configMap.name, configMap] : [SECRET, secret?.secretName ?? '', secret];
  if (from === undefined || from.optional === true) return undefined;
  const object = cluster.get(source.resource, namespace, name);
  if (object === undefined) return `${source.resource.slice(0, -1)} "${name}" not found`;
  const key = from.items?.find(({ key }) => object.data?.[key] === undefined && object.binaryData?.[key] === undefined)?.key;
  if (key === undefined) return undefined;
  return source === CONFIG_MAP
    ? `configmap references non-existent config key: ${key}`
    : `references non-existent secret key: ${key}`;
}

/** What keeps volumes from being mounted: the kubelet's words for each. */
export function missingVolumes(cluster: Cluster, pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const missing = missingOfVolume(cluster, pod.metadata.namespace ?? '', volume);
    return missing === undefined ? [] : [`MountVolume.SetUp failed for volume "${volume.name}" : ${missing}`];
  });
}
