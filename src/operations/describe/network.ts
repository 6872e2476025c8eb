import { listAt, mapAt, textAt, type Json, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  endpointsOf,
  folded,
  ingressTrouble,
  podTrouble,
  ranked,
  sayLabels,
  serviceTrouble,
  type Endpoints,
  type Finding,
} from '../trouble/index.ts';
import { deepen, type Deepened } from './deepen.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Found, Lookup } from './lookup.ts';
import { podsFacts } from './pods.ts';
import { ingressesOf, ingressFacts, portsOf, serviceFacts, slicesOf } from './reach.ts';
import { healthOf, withEffectsLast, type Told } from './told.ts';

/** A Service: what it selects, what it reaches, and what leads to it. */
export async function describeService(service: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace, name = '' } = service.metadata ?? {};
  const selector = mapAt(service, 'spec', 'selector');
  const hasSelector = Object.keys(selector).length > 0;
  const [slices, chosen, ingresses, events] = await Promise.all([
    slicesOf(look, namespace, [name]),
    hasSelector ? look.list('', 'Pod', { namespace, labels: sayLabels(selector) }) : undefined,
    ingressesOf(look, namespace, [name]),
    readEvents(look, service),
  ]);
  // Only a selector that finds nothing needs the others: one of them may be what it was meant for.
  const pods = chosen?.items.length === 0 ? await look.list('', 'Pod', { namespace }) : chosen;
  const own = serviceTrouble(service, now, { slices: slices?.items, pods: pods?.items });
  const deep = await behind(own, chosen, look, now);
  const causes = withEffectsLast([...deep.causes, ...own]);
  const endpoints = slices && endpointsOf(slices.items);
  return {
    verdict: {
      health: healthOf(causes, 'healthy', slices === undefined && textAt(service, 'spec', 'type') !== 'ExternalName'),
      status:
        endpoints === undefined ? undefined : `${endpoints.ready} ready ${endpoints.ready === 1 ? 'endpoint' : 'endpoints'}`,
    },
    causes,
    facts: {
      spec: {
        type: textAt(service, 'spec', 'type') ?? 'ClusterIP',
        selector: hasSelector ? sayLabels(selector) : null,
        ports: portsOf(service),
        clusterIP: textAt(service, 'spec', 'clusterIP') ?? null,
        externalName: textAt(service, 'spec', 'externalName') ?? null,
        external: externalOf(service),
        affinity: textAt(service, 'spec', 'sessionAffinity') === 'ClientIP' ? 'ClientIP' : null,
      },
      ...(endpoints && { status: addressFacts(endpoints, slices?.items ?? []) }),
      ...(chosen && chosen.items.length > 0 && { pods: podsFacts(chosen) }),
      ...(ingresses && { ingresses: ingresses.map((ingress) => ingressFacts(ingress, name)) }),
    },
    events: eventFacts([...(events ?? []), ...deep.events], service),
  };
}

/** Why the pods that it selects are not ready, when none is. */
async function behind(own: readonly Finding[], chosen: Found | undefined, look: Lookup, now: number): Promise<Deepened> {
  if (chosen === undefined || !own.some(({ code }) => code === 'no-endpoints')) return { causes: [], events: [] };
  return deepen(folded(ranked(chosen.items.flatMap((pod) => podTrouble(pod, now)))), chosen.items, look, now);
}

function addressFacts({ ready, notReady }: Endpoints, slices: readonly KubernetesObject[]): Readonly<Record<string, Json>> {
  return { ...(notReady > 0 && { notReady }), ...(ready + notReady > 0 && { addresses: addressesOf(slices) }) };
}

/** The first few addresses, with the ports behind them. */
function addressesOf(slices: readonly KubernetesObject[]): string[] {
  const all = slices.flatMap((slice) =>
    listAt(slice, 'endpoints').flatMap((endpoint) =>
      listAt(endpoint, 'addresses').flatMap((address) =>
        typeof address === 'string' ? listAt(slice, 'ports').map((port) => `${address}:${portOf(port)}`) : [],
      ),
    ),
  );
  return all.length <= 5 ? all : [...all.slice(0, 5), `${all.length - 5} more`];
}

function portOf(port: unknown): string {
  const number = (port as { readonly port?: unknown }).port;
  return typeof number === 'number' ? String(number) : '*';
}

function externalOf(service: KubernetesObject): string | null {
  const addresses = listAt(service, 'status', 'loadBalancer', 'ingress').flatMap(
    (entry) => textAt(entry, 'ip') ?? textAt(entry, 'hostname') ?? [],
  );
  return addresses.length === 0 ? null : addresses.join(', ');
}

/** An Ingress: its routes and whether what they lead to exists and serves. */
export async function describeIngress(ingress: KubernetesObject, look: Lookup): Promise<Told> {
  const { namespace } = ingress.metadata ?? {};
  const wanted = new Set(ingressFacts(ingress).routes.map((route) => route.split(' → ')[1]?.split(':')[0] ?? ''));
  const [services, classes, events, slices] = await Promise.all([
    look.list('', 'Service', { namespace }),
    look.list('networking.k8s.io', 'IngressClass', {}),
    readEvents(look, ingress),
    slicesOf(
      look,
      namespace,
      [...wanted].filter((name) => name !== ''),
    ),
  ]);
  const backends = (services?.items ?? []).filter((service) => wanted.has(service.metadata?.name ?? ''));
  const empty = serviceFacts(backends, slices).filter(({ ready }) => ready === 0);
  const causes = [
    ...ingressTrouble(ingress, { services: services?.items, classes: classes?.items }),
    ...empty.map(({ name }) => ({
      severity: 'broken' as const,
      code: 'no-endpoints' as const,
      subject: { kind: 'Service', namespace, name },
      what: 'has no ready endpoints',
    })),
  ];
  return {
    verdict: { health: healthOf(causes, 'healthy', services === undefined) },
    causes,
    facts: {
      spec: { class: textAt(ingress, 'spec', 'ingressClassName') ?? null, address: externalOf(ingress), tls: tlsOf(ingress) },
      ingresses: [ingressFacts(ingress)],
      services: serviceFacts(backends, slices),
    },
    events: eventFacts(events ?? [], ingress),
  };
}

function tlsOf(ingress: KubernetesObject): string[] | null {
  const entries = listAt(ingress, 'spec', 'tls').map(
    (entry) => `${textAt(entry, 'secretName') ?? 'default certificate'} for ${listAt(entry, 'hosts').join(', ')}`,
  );
  return entries.length === 0 ? null : entries;
}
