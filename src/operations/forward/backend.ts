import {
  at,
  KubernetesError,
  listAt,
  listPages,
  numberAt,
  textAt,
  type Connection,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { getNamed } from '../get.ts';
import { containersOf, hasCondition } from '../trouble/index.ts';
import { podsOfWorkload } from '../workload-pods.ts';

/** What is to be reached. */
export interface ForwardTarget {
  readonly namespace: string;
  /** Any name of a kind: a pod, a Service, or a workload. */
  readonly kind: string;
  readonly name: string;
  /** A number, or the name that the Service or a container gives it. @default the only one that there is */
  readonly port?: string | undefined;
}

/** A port of a pod that is ready. */
export interface Backend {
  readonly pod: string;
  readonly port: number;
}

/** The label of an EndpointSlice that names its Service. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * Pods that can be reached behind a target, each with the number of the port there. Of a Service these are its ready
 * endpoints, so that a port 80 whose targetPort is 8080, or has a name, leads where kube-proxy would lead.
 * @throws KubernetesError (`not-found`), UsageError for a port that there is not; KubernetesError (`unreachable`) when
 * nothing behind it is ready
 */
export async function findBackends(connection: Connection, target: ForwardTarget): Promise<readonly Backend[]> {
  const { namespace, name } = target;
  const { kind } = await connection.resolve(target.kind);
  const pod = (await connection.resolve('pods')).kind;
  if (kind.group === '' && kind.resource === 'services') return ofService(connection, target);
  const isPod = kind.group === '' && kind.resource === 'pods';
  const pods = isPod
    ? [await getNamed(connection, { kind, namespace, name })]
    : await podsOfWorkload(connection, kind, pod, { namespace, name });
  // A pod that is named is meant, ready or not: it may be asked why it is not.
  const usable = pods.filter((each) => textAt(each, 'status', 'phase') === 'Running' && (isPod || isReady(each)));
  if (usable.length === 0) throw nothingReady(target, kind.kind);
  return usable.map((each) => ({ pod: each.metadata?.name ?? '', port: portOfPod(each, target) }));
}

async function ofService(connection: Connection, target: ForwardTarget): Promise<readonly Backend[]> {
  const { namespace, name } = target;
  const service = await getNamed(connection, { kind: (await connection.resolve('services')).kind, namespace, name });
  const port = portOfService(service, target);
  const slices = (await connection.resolve('endpointslices.discovery.k8s.io')).kind;
  const backends = new Map<string, Backend>();
  for await (const page of listPages(connection, slices, { namespace, labels: `${SERVICE_NAME}=${name}` })) {
    for (const slice of page.items) {
      // The slice has the number that the pods listen on, under the name that the Service gives the port.
      const found = listAt(slice, 'ports').find((each) => (textAt(each, 'name') ?? '') === (textAt(port, 'name') ?? ''));
      const number = numberAt(found, 'port');
      if (number === undefined) continue;
      for (const endpoint of listAt(slice, 'endpoints')) {
        const pod = textAt(endpoint, 'targetRef', 'kind') === 'Pod' ? textAt(endpoint, 'targetRef', 'name') : undefined;
        if (pod !== undefined && at(endpoint, 'conditions', 'ready') !== false) backends.set(pod, { pod, port: number });
      }
    }
  }
  if (backends.size === 0) throw nothingReady(target, 'Service');
  return [...backends.values()];
}

function portOfService(service: KubernetesObject, { name, port }: ForwardTarget): unknown {
  const ports = listAt(service, 'spec', 'ports');
  const found =
    port === undefined
      ? onlyOne(ports)
      : ports.find((each) => textAt(each, 'name') === port || String(numberAt(each, 'port')) === port);
  if (found !== undefined) return found;
  throw noPort(
    `Service ${name}`,
    port,
    ports.map((each) => `${numberAt(each, 'port')}${sayName(textAt(each, 'name'))}`),
  );
}

function portOfPod(pod: KubernetesObject, { port }: ForwardTarget): number {
  const number = Number(port);
  if (port !== undefined && Number.isInteger(number)) {
    if (number > 0 && number < 65_536) return number;
    throw noPort(`Pod ${pod.metadata?.name ?? ''}`, port, []);
  }
  const ports = containersOf(pod).flatMap(({ spec }) => listAt(spec, 'ports'));
  const found = port === undefined ? onlyOne(ports) : ports.find((each) => textAt(each, 'name') === port);
  const declared = numberAt(found, 'containerPort');
  if (declared !== undefined) return declared;
  const names = ports.map((each) => `${numberAt(each, 'containerPort')}${sayName(textAt(each, 'name'))}`);
  throw noPort(`Pod ${pod.metadata?.name ?? ''}`, port, names);
}

const onlyOne = (ports: readonly unknown[]): unknown => (ports.length === 1 ? ports[0] : undefined);

const sayName = (name: string | undefined): string => (name === undefined ? '' : ` (${name})`);

const isReady = (pod: KubernetesObject): boolean =>
  hasCondition(pod, 'Ready', 'True') && pod.metadata?.deletionTimestamp === undefined;

function noPort(what: string, port: string | undefined, there: readonly string[]): UsageError {
  const wanted = port === undefined ? 'no port is named, and it has several or none' : `it has no port ${quoted(port, 60)}`;
  return new UsageError(`${what}: ${wanted}.`, {
    code: 'invalid-argument',
    field: 'port',
    advice: there.length === 0 ? 'Give the number of the port that the program listens on.' : `Ports: ${there.join(', ')}.`,
  });
}

function nothingReady({ namespace, name }: ForwardTarget, kind: string): KubernetesError {
  return new KubernetesError('unreachable', `Nothing behind ${kind} ${name} in namespace ${namespace} is ready.`, {
    advice: `kube_describe {"kind":"${kind.toLowerCase()}","name":"${name}","namespace":"${namespace}"} says why.`,
  });
}
