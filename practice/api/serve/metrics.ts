import type { KubeObject, Store } from '../../model.ts';
import { quantityValue } from '../../objects/index.ts';
import { programOf, type Images } from '../../programs/index.ts';
import { StatusError } from '../../status.ts';
import { timestamp } from '../../timestamp.ts';
import { showList, showObject } from './represent.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';
import { selectionOf } from './selection.ts';

/** What a container uses whose program does not say. */
const LITTLE = { cpu: '1m', memory: '8Mi' } as const;
/** What a node uses beside its pods: cores and bytes. */
const BESIDE_PODS = { cpu: 0.05, memory: 400 * 2 ** 20 } as const;

interface Usage {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly Container[] };
  readonly status?: {
    readonly containerStatuses?: readonly { readonly name: string; readonly state?: { readonly running?: unknown } }[];
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

/** Answers `GET` on `metrics.k8s.io`: what the programs of running containers use. @throws StatusError (400, 404) */
export function metrics(resource: Resource): void {
  const { asked, store, path, shown, server } = resource;
  const all = path.plural === 'nodes' ? nodeMetrics(store, server.images) : podMetrics(store, server.images, path.namespace);
  if (path.name !== undefined) {
    const found = all.find(({ metadata }) => metadata.name === path.name);
    if (found === undefined) throw unknown(path.plural === 'nodes' ? 'node' : 'pod', path.name, path.namespace);
    return sendJson(asked, 200, showObject(shown, found));
  }
  const selection = selectionOf(path, asked.query, resource.type);
  sendJson(asked, 200, showList(shown, all.filter(selection.takes), { resourceVersion: '' }));
}

/** Here the server names the kind by its singular. */
function unknown(kind: string, name: string, namespace: string | undefined): StatusError {
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  return new StatusError(404, 'NotFound', `${kind} "${full}" not found`, { name: full, kind });
}

function podMetrics(store: Store, images: Images, namespace: string | undefined): readonly KubeObject[] {
  return (store.list('pods', namespace) as readonly Pod[]).flatMap((pod) => {
    const containers = running(pod).map((container) => ({ name: container.name, usage: written(usageOf(container, images)) }));
    return containers.length === 0 ? [] : [{ ...measured(store, 'PodMetrics', pod), containers }];
  });
}

function nodeMetrics(store: Store, images: Images): readonly KubeObject[] {
  const used = new Map<string, Usage>();
  for (const pod of store.list('pods') as readonly Pod[]) {
    const node = pod.spec.nodeName ?? '';
    for (const container of running(pod)) used.set(node, sum(used.get(node) ?? BESIDE_PODS, usageOf(container, images)));
  }
  return store
    .list('nodes')
    .map((node) => ({ ...measured(store, 'NodeMetrics', node), usage: written(used.get(node.metadata.name) ?? BESIDE_PODS) }));
}

function measured({ clock }: Store, kind: string, { metadata }: KubeObject): KubeObject {
  const now = timestamp(clock.now());
  const { name, namespace, labels } = metadata;
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      creationTimestamp: now,
      ...(labels !== undefined && { labels }),
    } as KubeObject['metadata'],
    timestamp: now,
    window: '15s',
  };
}

function running({ spec, status }: Pod): readonly Container[] {
  const up = new Set(
    (status?.containerStatuses ?? []).filter(({ state }) => state?.running !== undefined).map(({ name }) => name),
  );
  return spec.containers.filter(({ name }) => up.has(name));
}

function usageOf({ image, command, args }: Container, images: Images): Usage {
  const { cpu, memory } = programOf(image, images, { command, args }).usage ?? LITTLE;
  return { cpu: amount(cpu), memory: amount(memory) };
}

const sum = (one: Usage, other: Usage): Usage => ({ cpu: one.cpu + other.cpu, memory: one.memory + other.memory });

/** As the metrics server writes it. */
const written = ({ cpu, memory }: Usage) => ({ cpu: `${Math.round(cpu * 1e9)}n`, memory: `${Math.round(memory / 1024)}Ki` });

/** In the base unit; nothing for what is no quantity. */
const amount = (quantity: string): number => Number(quantityValue(quantity) ?? 0n) / 1e9;
