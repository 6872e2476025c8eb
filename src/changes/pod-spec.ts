import { at, listAt, mapAt, textAt } from '../kubernetes/index.ts';

export interface ContainerFacts {
  readonly name: string;
  readonly image: string | undefined;
  readonly limits: Readonly<Record<string, string>>;
}

/** Where the pod's own part stands in an object, by what it is. */
const PLACES: readonly (readonly string[])[] = [
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['spec', 'template', 'spec'],
  ['spec'],
];

/** The specification of the pods that an object is or makes; undefined for other objects. */
export function podSpecOf(object: unknown): unknown {
  return PLACES.map((path) => at(object, ...path)).find((spec) => Array.isArray(at(spec, 'containers')));
}

export function containersOf(object: unknown): ContainerFacts[] {
  const spec = podSpecOf(object);
  return allContainers(spec).map((container) => ({
    name: textAt(container, 'name') ?? '',
    image: textAt(container, 'image'),
    limits: mapAt(container, 'resources', 'limits'),
  }));
}

function allContainers(spec: unknown): unknown[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((field) => listAt(spec, field));
}

/**
 * Capabilities that the baseline policy lets containers add.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** What of the node a pod may touch. */
export function privilegesOf(object: unknown): string[] {
  const spec = podSpecOf(object);
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => at(spec, field) === true);
  const paths = listAt(spec, 'volumes').flatMap((volume) => textAt(volume, 'hostPath', 'path') ?? []);
  const contexts = allContainers(spec).map((container) => at(container, 'securityContext'));
  const privileged = contexts.some((context) => at(context, 'privileged') === true);
  const capabilities = new Set(contexts.flatMap((context) => listAt(context, 'capabilities', 'add')).map(String));
  return [
    ...host,
    ...paths.map((path) => `hostPath ${path}`),
    ...(privileged ? ['privileged containers'] : []),
    ...[...capabilities].filter((name) => !HARMLESS.has(name)).map((name) => `capability ${name}`),
  ];
}

/** What a pod refers to, as `ConfigMap/web`. */
export function referencesOf(object: unknown): Set<string> {
  const spec = podSpecOf(object);
  const found = new Set<string>();
  const add = (kind: string, name: string | undefined): void => void (name !== undefined && found.add(`${kind}/${name}`));
  const addSources = (from: unknown): void => {
    add('ConfigMap', textAt(from, 'configMap', 'name'));
    add('Secret', textAt(from, 'secret', 'secretName') ?? textAt(from, 'secret', 'name'));
  };
  for (const volume of listAt(spec, 'volumes')) {
    addSources(volume);
    add('PersistentVolumeClaim', textAt(volume, 'persistentVolumeClaim', 'claimName'));
    for (const source of listAt(volume, 'projected', 'sources')) addSources(source);
  }
  for (const container of allContainers(spec)) {
    for (const from of listAt(container, 'envFrom')) {
      add('ConfigMap', textAt(from, 'configMapRef', 'name'));
      add('Secret', textAt(from, 'secretRef', 'name'));
    }
    for (const variable of listAt(container, 'env')) {
      add('ConfigMap', textAt(variable, 'valueFrom', 'configMapKeyRef', 'name'));
      add('Secret', textAt(variable, 'valueFrom', 'secretKeyRef', 'name'));
    }
  }
  for (const secret of listAt(spec, 'imagePullSecrets')) add('Secret', textAt(secret, 'name'));
  add('ServiceAccount', textAt(spec, 'serviceAccountName'));
  return found;
}
