import { at, listAt, mapAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { containersOf, parseConfiguration, sayExit, sayProbe, type ContainerView } from '../trouble/index.ts';
import type { ContainerFacts, EnvSource, VolumeFacts } from './facts.ts';

/** The containers of a pod, or of a template that is passed as a pod without status. */
export function containerFacts(pod: KubernetesObject, withState: boolean): ContainerFacts[] {
  return containersOf(pod).map((container) => ({
    name: container.name,
    role: container.role,
    image: textAt(container.spec, 'image') ?? '',
    requests: mapAt(container.spec, 'resources', 'requests'),
    limits: mapAt(container.spec, 'resources', 'limits'),
    probes: probesOf(container.spec),
    ports: listAt(container.spec, 'ports').map((port) =>
      [textAt(port, 'name'), numberAt(port, 'containerPort')].filter((part) => part !== undefined).join(' '),
    ),
    env: listAt(container.spec, 'env').flatMap((entry) =>
      at(entry, 'valueFrom') === undefined ? (textAt(entry, 'name') ?? []) : [],
    ),
    envFrom: envSources(container),
    ...(withState && stateOf(container)),
  }));
}

function probesOf(spec: unknown): Readonly<Record<string, string>> {
  const probes = ['startup', 'readiness', 'liveness'].flatMap((name) => {
    const probe = at(spec, `${name}Probe`);
    return probe === undefined ? [] : [[name, sayProbe(probe)] as const];
  });
  return Object.fromEntries(probes);
}

function stateOf(container: ContainerView): Partial<ContainerFacts> {
  const { state, last } = container;
  if (state.is === 'unknown') return {};
  const word =
    state.is === 'waiting' ? state.reason : state.is === 'terminated' ? `${state.exit.reason}, ${sayExit(state.exit)}` : state.is;
  return {
    state: word,
    stateSince: state.is === 'running' ? state.since : state.is === 'terminated' ? state.exit.finishedAt : undefined,
    ready: container.ready,
    restarts: container.restarts,
    ...(last !== undefined && { last: `${last.reason}, ${sayExit(last)}`, lastAt: last.finishedAt }),
  };
}

/** Which ConfigMaps and Secrets its variables come from, with the keys that the kubelet says are missing. */
function envSources(container: ContainerView): EnvSource[] {
  const { spec, state } = container;
  const missing = state.is === 'waiting' ? parseConfiguration(state.message) : undefined;
  const sources = new Map<string, { kind: EnvSource['kind']; name: string; keys: string[] | undefined; optional: boolean }>();
  const add = (kind: EnvSource['kind'], ref: unknown, key: string | undefined): void => {
    const name = textAt(ref, 'name') ?? '';
    const id = `${kind}/${name}`;
    const known = sources.get(id) ?? { kind, name, keys: [], optional: true };
    if (key === undefined) known.keys = undefined;
    else known.keys?.push(key);
    known.optional &&= at(ref, 'optional') === true;
    sources.set(id, known);
  };
  for (const entry of listAt(spec, 'envFrom')) {
    const map = at(entry, 'configMapRef');
    if (map !== undefined) add('ConfigMap', map, undefined);
    const secret = at(entry, 'secretRef');
    if (secret !== undefined) add('Secret', secret, undefined);
  }
  for (const entry of listAt(spec, 'env')) {
    const map = at(entry, 'valueFrom', 'configMapKeyRef');
    if (map !== undefined) add('ConfigMap', map, textAt(map, 'key') ?? '');
    const secret = at(entry, 'valueFrom', 'secretKeyRef');
    if (secret !== undefined) add('Secret', secret, textAt(secret, 'key') ?? '');
  }
  return [...sources.values()].map(({ keys, ...source }) => ({
    ...source,
    ...(keys !== undefined && { keys }),
    ...(missing?.kind === source.kind && missing.name === source.name && { missing: [missing.key ?? '*'] }),
  }));
}

/** Volume sources whose name tells what is mounted, and where that name stands. */
const SOURCES: Readonly<Record<string, { readonly source: string; readonly from: string }>> = {
  configMap: { source: 'ConfigMap', from: 'name' },
  secret: { source: 'Secret', from: 'secretName' },
  persistentVolumeClaim: { source: 'PersistentVolumeClaim', from: 'claimName' },
  hostPath: { source: 'hostPath', from: 'path' },
  nfs: { source: 'nfs', from: 'server' },
  csi: { source: 'csi', from: 'driver' },
  image: { source: 'image', from: 'reference' },
  ephemeral: { source: 'ephemeral claim', from: '' },
};

/** The volumes of a pod; the token that every pod gets is not worth telling. */
export function volumeFacts(pod: unknown): VolumeFacts[] {
  return listAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const name = textAt(volume, 'name') ?? '';
    if (name.startsWith('kube-api-access-')) return [];
    const key = Object.keys((volume ?? {}) as Record<string, unknown>).find((entry) => entry !== 'name') ?? 'emptyDir';
    const known = SOURCES[key];
    if (known !== undefined) return [{ name, source: known.source, from: textAt(volume, key, known.from) }];
    if (key !== 'projected') return [{ name, source: key }];
    const parts = listAt(volume, 'projected', 'sources').flatMap((source) => {
      const map = textAt(source, 'configMap', 'name');
      const secret = textAt(source, 'secret', 'name');
      return [map === undefined ? [] : [`ConfigMap ${map}`], secret === undefined ? [] : [`Secret ${secret}`]].flat();
    });
    return [{ name, source: 'projected', from: parts.length === 0 ? undefined : parts.join(', ') }];
  });
}

/** The claims that a pod mounts, by name. Those of generic ephemeral volumes are named after pod and volume. */
export function claimNames(pod: KubernetesObject): string[] {
  return listAt(pod, 'spec', 'volumes').flatMap((volume) => {
    if (at(volume, 'ephemeral') !== undefined) return [`${pod.metadata?.name ?? ''}-${textAt(volume, 'name') ?? ''}`];
    return textAt(volume, 'persistentVolumeClaim', 'claimName') ?? [];
  });
}

/** The template of a workload as if it were a pod, for what reads pods. */
export function templateOf(workload: KubernetesObject): KubernetesObject {
  const template = at(workload, 'spec', 'template') ?? at(workload, 'spec', 'jobTemplate', 'spec', 'template');
  return { kind: 'Pod', spec: at(template, 'spec'), metadata: { labels: mapAt(template, 'metadata', 'labels') } };
}
