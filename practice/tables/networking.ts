import { AGE, field, NAME, printer, text, type Column, type Named } from './column.ts';
import { balancerText } from './services.ts';
import { orNone, selectorText, type LabelSelector } from './text.ts';

interface Ingress {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: readonly { readonly host?: string }[];
    readonly tls?: readonly unknown[];
  };
  readonly status?: Parameters<typeof balancerText>[0];
}

const MOST_HOSTS = 3;

/** The server looks for a fourth rule only after three hosts, and counts what is left in rules, not in hosts. */
function hostsText({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const hosts: string[] = [];
  for (const { host = '' } of rules) {
    if (hosts.length === MOST_HOSTS) return `${hosts.join(',')} + ${rules.length - MOST_HOSTS} more...`;
    if (host !== '') hosts.push(host);
  }
  return hosts.length === 0 ? '*' : hosts.join(',');
}

export const INGRESS = printer<Ingress>([
  NAME,
  text(
    'Class',
    'The name of the IngressClass resource that should be used for additional configuration',
    ({ spec }) => spec?.ingressClassName ?? '<none>',
  ),
  text('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', hostsText),
  text('Address', 'Address is a list containing ingress points for the load-balancer', ({ status }) => balancerText(status)),
  text('Ports', 'Ports of TLS configurations that open', ({ spec }) => ((spec?.tls ?? []).length === 0 ? '80' : '80, 443')),
  AGE,
]);

/** The name of a class, which says when it is the default one. @param marks the annotations that make it so */
export const classNameColumn = (...marks: readonly string[]): Column<Named> => ({
  ...NAME,
  cell: ({ metadata: { name, annotations } }) =>
    marks.some((mark) => annotations?.[mark] === 'true') ? `${name} (default)` : name,
});

interface IngressClass {
  readonly spec?: {
    readonly controller?: string;
    readonly parameters?: { readonly kind: string; readonly apiGroup?: string; readonly name: string };
  };
}

function parametersText({ spec }: IngressClass): string {
  if (spec?.parameters === undefined) return '<none>';
  const { kind, apiGroup, name } = spec.parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

export const INGRESS_CLASS = printer<IngressClass>([
  classNameColumn('ingressclass.kubernetes.io/is-default-class'),
  text('Controller', 'Controller that is responsible for handling this class', ({ spec }) => spec?.controller ?? ''),
  text('Parameters', 'A reference to a resource with additional parameters', parametersText),
  AGE,
]);

export const NETWORK_POLICY = printer<{ readonly spec?: { readonly podSelector?: LabelSelector } }>([
  NAME,
  text('Pod-Selector', field('networking.v1.NetworkPolicySpec.podSelector'), ({ spec }) =>
    orNone(selectorText(spec?.podSelector)),
  ),
  AGE,
]);

export const SERVICE_CIDR = printer<{ readonly spec?: { readonly cidrs?: readonly string[] } }>([
  NAME,
  text('CIDRs', field('networking.v1.ServiceCIDRSpec.cidrs'), ({ spec }) => (spec?.cidrs ?? []).join(',')),
  AGE,
]);

interface IpAddress {
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource: string;
      readonly namespace?: string;
      readonly name: string;
    };
  };
}

function parentText({ spec }: IpAddress): string {
  if (spec?.parentRef === undefined) return '<none>';
  const { group = '', resource, namespace = '', name } = spec.parentRef;
  const kind = `${resource}${group === '' ? '' : `.${group}`}`.toLowerCase();
  return [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
}

export const IP_ADDRESS = printer<IpAddress>([
  NAME,
  text('ParentRef', field('networking.v1.IPAddressSpec.parentRef'), parentText),
  { ...AGE, isUndeclared: true },
]);
