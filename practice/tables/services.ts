import { AGE, field, NAME, printer, text, wide } from './column.ts';
import { firstOf, labelsText, orNone } from './text.ts';

interface LoadBalancer {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

/** The addresses at which a load balancer answers. */
export function balancerText({ loadBalancer }: LoadBalancer = {}): string {
  const addresses = (loadBalancer?.ingress ?? []).map(({ ip = '', hostname = '' }) => (ip === '' ? hostname : ip));
  return [...new Set(addresses.filter((address) => address !== ''))].sort().join(',');
}

interface Service {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly nodePort?: number; readonly protocol?: string }[];
  };
  readonly status?: LoadBalancer;
}

const externalIps = ({ spec }: Service): string => (spec?.externalIPs ?? []).join(',');

const EXTERNAL: Readonly<Record<string, (service: Service) => string>> = {
  ClusterIP: (service) => orNone(externalIps(service)),
  NodePort: (service) => orNone(externalIps(service)),
  LoadBalancer: (service) => {
    const known = [balancerText(service.status), externalIps(service)].filter((text) => text !== '');
    return known.length === 0 ? '<pending>' : known.join(',');
  },
  ExternalName: ({ spec }) => spec?.externalName ?? '',
};

const portsOf = ({ spec }: Service): string =>
  (spec?.ports ?? [])
    .map(({ port, nodePort = 0, protocol = '' }) => `${port}${nodePort > 0 ? `:${nodePort}` : ''}/${protocol}`)
    .join(',');

export const SERVICE = printer<Service>([
  NAME,
  text('Type', field('core.v1.ServiceSpec.type'), ({ spec }) => spec?.type ?? ''),
  text('Cluster-IP', field('core.v1.ServiceSpec.clusterIP'), ({ spec }) => spec?.clusterIPs?.[0] ?? orNone(spec?.clusterIP)),
  text(
    'External-IP',
    field('core.v1.ServiceSpec.externalIPs'),
    (service) => EXTERNAL[service.spec?.type ?? '']?.(service) ?? '<unknown>',
  ),
  text('Port(s)', field('core.v1.ServiceSpec.ports'), (service) => orNone(portsOf(service))),
  AGE,
  wide(text('Selector', field('core.v1.ServiceSpec.selector'), ({ spec }) => labelsText(spec?.selector))),
]);

interface Endpoints {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

const endpointsText = ({ subsets = [] }: Endpoints): string => {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return subsets.length === 0 ? '<none>' : firstOf(all, SHOWN);
};

/** How many of a list fit in a cell. */
const SHOWN = 3;

export const ENDPOINTS = printer<Endpoints>([NAME, text('Endpoints', field('core.v1.Endpoints.subsets'), endpointsText), AGE]);

interface EndpointSlice {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
}

const orUnset = (text: string): string => (text === '' ? '<unset>' : text);

export const ENDPOINT_SLICE = printer<EndpointSlice>([
  NAME,
  text('AddressType', field('discovery.v1.EndpointSlice.addressType'), ({ addressType }) => addressType ?? ''),
  text('Ports', field('discovery.v1.EndpointSlice.ports'), ({ ports }) =>
    orUnset(
      firstOf(
        (ports ?? []).map(({ name, port }) => `${port ?? name ?? '*'}`),
        SHOWN,
      ),
    ),
  ),
  text('Endpoints', field('discovery.v1.EndpointSlice.endpoints'), ({ endpoints }) =>
    orUnset(
      firstOf(
        (endpoints ?? []).flatMap(({ addresses = [] }) => addresses),
        SHOWN,
      ),
    ),
  ),
  AGE,
]);
