import type { KubeObject, Store } from '../model.ts';
import type { Container, Pod, Variable } from './shapes.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Data = Readonly<Record<string, string>> | undefined;

/** What a ConfigMap or a Secret holds, as text. */
export function textsOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
  const { data, binaryData } = (object ?? {}) as { readonly data?: Data; readonly binaryData?: Data };
  if (object?.kind === 'Secret') return decoded(data);
  return { ...data, ...decoded(binaryData) };
}

const decoded = (data: Data): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

/** What a container of a pod finds in its environment, in the order in which it is set. */
export function environmentOf(store: Store, pod: Pod, container: Container): Map<string, string> {
  const { namespace = '' } = pod.metadata;
  const variables = new Map([
    ['PATH', PATH],
    ['HOSTNAME', hostnameOf(pod)],
    ['HOME', '/root'],
    ...serviceVariables(store.get('services', 'default', 'kubernetes')),
  ]);
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const source = configMapRef
      ? store.get('configmaps', namespace, configMapRef.name)
      : store.get('secrets', namespace, secretRef?.name ?? '');
    for (const [key, value] of Object.entries(textsOf(source))) variables.set(`${prefix}${key}`, value);
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(store, pod, variable);
    if (value !== undefined) variables.set(variable.name, withReferences(value, variables));
  }
  return variables;
}

export const hostnameOf = (pod: Pod): string => pod.spec.hostname ?? pod.metadata.name;

function valueOf(store: Store, pod: Pod, { value, valueFrom }: Variable): string | undefined {
  const { namespace = '' } = pod.metadata;
  if (valueFrom === undefined) return value ?? '';
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  if (configMapKeyRef) return textsOf(store.get('configmaps', namespace, configMapKeyRef.name))[configMapKeyRef.key];
  if (secretKeyRef) return textsOf(store.get('secrets', namespace, secretKeyRef.name))[secretKeyRef.key];
  return fieldRef && fieldOf(pod, fieldRef.fieldPath);
}

/** `$(NAME)` stands for a variable that was set before. */
const withReferences = (value: string, variables: ReadonlyMap<string, string>): string =>
  value.replaceAll(/\$\(([^)]+)\)/g, (whole, name: string) => variables.get(name) ?? whole);

/** A field of the pod that the downward API offers. */
export function fieldOf(pod: Pod, path: string): string {
  const { name, namespace = '', uid, labels = {}, annotations = {} } = pod.metadata;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (key !== undefined) return (map === 'labels' ? labels : annotations)[key] ?? '';
  const lines = (of: Readonly<Record<string, string>>): string =>
    Object.entries(of)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join('\n');
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'metadata.labels': lines(labels),
    'metadata.annotations': lines(annotations),
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.podIP': pod.status?.podIP,
    'status.hostIP': pod.status?.hostIP,
  };
  return fields[path] ?? '';
}

/** How every container finds the API server. */
function serviceVariables(service: KubeObject | undefined): readonly (readonly [string, string])[] {
  const { clusterIP } = (service?.spec ?? {}) as { readonly clusterIP?: string };
  if (clusterIP === undefined) return [];
  return [
    ['KUBERNETES_SERVICE_HOST', clusterIP],
    ['KUBERNETES_SERVICE_PORT', '443'],
    ['KUBERNETES_SERVICE_PORT_HTTPS', '443'],
    ['KUBERNETES_PORT', `tcp://${clusterIP}:443`],
  ];
}
