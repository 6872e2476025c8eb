import type { DraftObject, Store } from '../../model.ts';
import type { Service, ServicePort } from '../kinds.ts';

/** Where the addresses of Services come from: 10.96.0.0/16. The first is the API server's. */
const NETWORK = '10.96';
const FIRST = 10;
const LAST = 65_534;
/** The ports that Services have on all nodes. */
const NODE_PORTS = { first: 30_000, count: 2768 } as const;

interface DraftService extends DraftObject {
  readonly spec?: Service['spec'] & { readonly ipFamilyPolicy?: string };
}

const ONE_FAMILY = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const BOTH_FAMILIES = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };

const HAVE_NODE_PORTS: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

function free<T>(draw: () => T, used: ReadonlySet<T>): T {
  let drawn = draw();
  while (used.has(drawn)) drawn = draw();
  return drawn;
}

/** Gives a Service its address in the cluster, and ports on the nodes where its type has them. */
export function clusterAddress(object: DraftObject, store: Store): DraftObject {
  const service = object as DraftService;
  const { spec } = service;
  if (spec === undefined || spec.type === 'ExternalName') return service;
  const others = store.list('services') as readonly Service[];
  const address = (): string => {
    const number = FIRST + Math.floor(store.random.next() * (LAST - FIRST));
    return `${NETWORK}.${number >> 8}.${number & 255}`;
  };
  const clusterIP = spec.clusterIP || free(address, new Set(others.map((other) => other.spec.clusterIP)));
  const taken = new Set<number>(others.flatMap((other) => (other.spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])));
  const withNodePort = (port: ServicePort): ServicePort => {
    const nodePort = port.nodePort ?? free(() => NODE_PORTS.first + Math.floor(store.random.next() * NODE_PORTS.count), taken);
    taken.add(nodePort);
    return { ...port, nodePort };
  };
  // Who names its endpoints by hand may name any.
  const isFreelyHeadless = clusterIP === 'None' && spec.selector === undefined;
  const ports = HAVE_NODE_PORTS.has(spec.type ?? '') ? spec.ports?.map(withNodePort) : spec.ports;
  return {
    ...service,
    spec: {
      ...spec,
      clusterIP,
      clusterIPs: [clusterIP],
      ...(isFreelyHeadless ? BOTH_FAMILIES : ONE_FAMILY),
      ...(spec.ipFamilyPolicy !== undefined && { ipFamilyPolicy: spec.ipFamilyPolicy }),
      ...(ports !== undefined && { ports }),
    },
  };
}
