import { at, listAt, mapAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { hasCondition, refOf, secondsSince, type Finding, type FindingCode } from './finding.ts';
import { nearMiss, selects, type NearMiss } from './selector.ts';
import { counted, some } from './words.ts';

/** Clouds take a while to make a load balancer, in seconds. */
const LOAD_BALANCER_GRACE = 180;

/** How many addresses stand behind a Service. */
export interface Endpoints {
  readonly ready: number;
  readonly notReady: number;
}

/** The addresses of a Service by its EndpointSlices; those that are terminating are not counted. */
export function endpointsOf(slices: readonly KubernetesObject[]): Endpoints {
  const targets = new Map<string, boolean>();
  for (const endpoint of slices.flatMap((slice) => listAt(slice, 'endpoints'))) {
    if (at(endpoint, 'conditions', 'terminating') === true) continue;
    // The same pod stands in two slices when the Service has two address families.
    const key = textAt(endpoint, 'targetRef', 'uid') ?? String(listAt(endpoint, 'addresses')[0]);
    targets.set(key, at(endpoint, 'conditions', 'ready') !== false);
  }
  const ready = [...targets.values()].filter(Boolean).length;
  return { ready, notReady: targets.size - ready };
}

/** What else is known when a Service is judged. Without a part, what needs it is not judged. */
export interface ServiceContext {
  /** Its EndpointSlices. */
  readonly slices?: readonly KubernetesObject[] | undefined;
  /** Pods of its namespace: those that it selects, and when there are none, the others too. */
  readonly pods?: readonly KubernetesObject[] | undefined;
}

/** What is the matter with a Service. */
export function serviceTrouble(service: KubernetesObject, now: number, { slices, pods }: ServiceContext = {}): Finding[] {
  const type = textAt(service, 'spec', 'type') ?? 'ClusterIP';
  if (type === 'ExternalName') return [];
  const selector = mapAt(service, 'spec', 'selector');
  const found = type === 'LoadBalancer' ? balancerTrouble(service, now) : [];
  const endpoints = slices && endpointsOf(slices);
  if (Object.keys(selector).length === 0) {
    if (endpoints?.ready !== 0) return found;
    return [
      ...found,
      of(service, 'warning', 'no-endpoints', 'has no endpoints', 'it has no selector: somebody has to write its EndpointSlices'),
    ];
  }
  if (pods === undefined) {
    return endpoints?.ready === 0
      ? [...found, of(service, 'broken', 'no-endpoints', 'has no ready endpoints', undefined)]
      : found;
  }
  const chosen = pods.filter((pod) => selects(selector, mapAt(pod, 'metadata', 'labels')));
  const ports = portTrouble(service, chosen);
  if (endpoints !== undefined ? endpoints.ready > 0 : chosen.some((pod) => hasCondition(pod, 'Ready', 'True')))
    return [...found, ...ports];
  return [
    ...found,
    ...ports,
    {
      ...of(service, 'broken', 'no-endpoints', 'has no ready endpoints', noEndpointsWhy(selector, chosen, pods)),
      evidence: selectorEvidence(selector),
    },
  ];
}

function noEndpointsWhy(
  selector: Readonly<Record<string, string>>,
  chosen: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): string {
  if (chosen.length > 0) {
    const ready = chosen.filter((pod) => hasCondition(pod, 'Ready', 'True')).length;
    return ready === 0
      ? `it selects ${counted(chosen.length, 'pod')}, none of them ready`
      : `it selects ${counted(ready, 'ready pod')}, and none is reached`;
  }
  const miss = nearMiss(selector, pods);
  return `its selector ${sayLabels(selector)} matches no pod${miss === undefined ? '' : `; ${sayNearMiss(miss)}`}`;
}

/** `3 pods (web-…) differ in app: "web", wanted "wbe"`. */
export function sayNearMiss({ count, differs, example }: NearMiss): string {
  const labels = differs.map(({ key, wanted, has }) =>
    has === undefined ? `have no label ${key}` : `have ${key}=${has}, not ${wanted}`,
  );
  return `nearest: ${counted(count, 'pod')} (${example}${count > 1 ? ', …' : ''}) ${count === 1 ? labels.map((label) => label.replace(/^have/, 'has')).join(', ') : labels.join(', ')}`;
}

export function sayLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function selectorEvidence(selector: Readonly<Record<string, string>>) {
  return { path: 'spec.selector', value: sayLabels(selector) };
}

/** A targetPort that the pods do not have: by name it cannot work, by number only when nothing listens unannounced. */
function portTrouble(service: KubernetesObject, pods: readonly KubernetesObject[]): Finding[] {
  const [pod] = pods;
  if (pod === undefined) return [];
  const offered = containerPorts(pod);
  return listAt(service, 'spec', 'ports').flatMap((entry) => {
    const target = at(entry, 'targetPort') ?? at(entry, 'port');
    const port = numberAt(entry, 'port') ?? 0;
    const names = offered.map(({ name, port }) => (name === undefined ? String(port) : `${name} (${port})`));
    if (typeof target === 'string') {
      if (offered.some(({ name }) => name === target)) return [];
      return [
        of(
          service,
          'broken',
          'port-mismatch',
          `port ${port} leads nowhere`,
          `targetPort "${target}" is no port name of its pods; they have ${some(names, 5) || 'none'}`,
        ),
      ];
    }
    // Declaring a port is optional, so this is only told where the pods do declare some.
    if (offered.length === 0 || offered.some(({ port }) => port === target)) return [];
    return [
      of(
        service,
        'warning',
        'port-mismatch',
        `port ${port} may lead nowhere`,
        `targetPort ${String(target)} is not declared by its pods; they declare ${some(names, 5)}`,
      ),
    ];
  });
}

export function containerPorts(pod: KubernetesObject): { readonly name: string | undefined; readonly port: number }[] {
  const containers = [
    ...listAt(pod, 'spec', 'containers'),
    ...listAt(pod, 'spec', 'initContainers').filter((entry) => textAt(entry, 'restartPolicy') === 'Always'),
  ];
  return containers.flatMap((container) =>
    listAt(container, 'ports').map((port) => ({ name: textAt(port, 'name'), port: numberAt(port, 'containerPort') ?? 0 })),
  );
}

function balancerTrouble(service: KubernetesObject, now: number): Finding[] {
  const age = secondsSince(service.metadata?.creationTimestamp, now);
  if (listAt(service, 'status', 'loadBalancer', 'ingress').length > 0 || age < LOAD_BALANCER_GRACE) return [];
  const since = service.metadata?.creationTimestamp;
  return [
    {
      ...of(service, 'warning', 'load-balancer-pending', 'has no external address', 'nothing has made a load balancer for it'),
      since,
    },
  ];
}

function of(
  object: KubernetesObject,
  severity: Finding['severity'],
  code: FindingCode,
  what: string,
  why: string | undefined,
): Finding {
  return { severity, code, subject: refOf(object), what, why };
}
