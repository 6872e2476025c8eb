import type { DraftObject, Store } from '../../model.ts';
import { StatusError } from '../../status.ts';
import type { Service, ServicePort } from '../kinds.ts';

/** Where the addresses of Services come from: 10.96.0.0/16. The first is the API server's. */
const NETWORK = '10.96';
const ADDRESSES: Range = { first: 10, count: 65_524 };
/** The ports that Services have on all nodes. */
const NODE_PORTS: Range = { first: 30_000, count: 2768 };

interface DraftService extends DraftObject {
  readonly spec?: Service['spec'] & { readonly ipFamilyPolicy?: string };
}

const ONE_FAMILY = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const BOTH_FAMILIES = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };

const HAVE_NODE_PORTS: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

interface Range {
  readonly first: number;
  readonly count: number;
}

/** One of a range by chance, or the next one that is free. @throws StatusError (500) when none is */
function free({ first, count }: Range, what: string, { random }: Store, isUsed: (number: number) => boolean): number {
  const start = Math.floor(random.next() * count);
  for (let tries = 0; tries < count; tries++) {
    const number = first + ((start + tries) % count);
    if (!isUsed(number)) return number;
  }
  throw new StatusError(500, 'InternalError', `Internal error occurred: failed to allocate a ${what}: range is full`);
}

const addressOf = (number: number): string => `${NETWORK}.${number >> 8}.${number & 255}`;

/** Gives a Service its address in the cluster, and ports on the nodes where its type has them. */
export function clusterAddress(object: DraftObject, store: Store): DraftObject {
  const service = object as DraftService;
  const { spec } = service;
  if (spec === undefined || spec.type === 'ExternalName') return service;
  const others = store.list('services') as readonly Service[];
  const given = new Set(others.map((other) => other.spec.clusterIP));
  const clusterIP = spec.clusterIP || addressOf(free(ADDRESSES, 'serviceIP', store, (number) => given.has(addressOf(number))));
  const taken = new Set<number>(others.flatMap((other) => (other.spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])));
  const withNodePort = (port: ServicePort): ServicePort => {
    const nodePort = port.nodePort ?? free(NODE_PORTS, 'nodePort', store, (number) => taken.has(number));
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
