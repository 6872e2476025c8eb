import { fieldsOf, isEmpty, listOf, textOf, type Fields } from '../values.ts';
import { cidrBlock, isWithin } from './cidr.ts';
import { dnsLabel, dnsSubdomain, ipAddress, isIpV4, portName, wildcardSubdomain } from './formats.ts';
import type { Found } from './found.ts';
import { checkLabels } from './meta.ts';
import { all, among, each, fields, format, given, port, portOrName, required, requiredFormat, type Rule } from './rule.ts';
import { selector } from './selectors.ts';

const servicePorts: Rule = (found, path, value, spec) => {
  const all = listOf(value).map(fieldsOf);
  const headless = spec['clusterIP'] === 'None';
  if (all.length === 0 && !headless && spec['type'] !== 'ExternalName') found.required(path);
  const names = new Set<unknown>();
  all.forEach((one, i) => {
    const here = `${path}[${i}]`;
    const { name } = one;
    if (all.length > 1 && (name === undefined || name === '')) found.required(`${here}.name`);
    else if (name !== undefined && name !== '') {
      for (const why of dnsLabel(textOf(name))) found.invalid(`${here}.name`, name, why);
      if (names.has(name)) found.duplicate(`${here}.name`, name);
      names.add(name);
    }
    port(found, `${here}.port`, one['port'] ?? 0, one);
    among('SCTP', 'TCP', 'UDP')(found, `${here}.protocol`, one['protocol'], one);
    portOrName(found, `${here}.targetPort`, one['targetPort'], one);
  });
  nodePorts(found, path, all, spec);
  samePorts(found, path, all);
};

function nodePorts(found: Found, path: string, all: readonly Fields[], { type }: Fields): void {
  if (type === 'NodePort' || type === 'LoadBalancer') return;
  all.forEach(({ nodePort }, i) => {
    if (nodePort !== undefined && nodePort !== 0) {
      found.forbidden(`${path}[${i}].nodePort`, `may not be used when \`type\` is '${textOf(type)}'`);
    }
  });
}

function samePorts(found: Found, path: string, all: readonly Fields[]): void {
  const seen = new Set<string>();
  all.forEach(({ protocol, port: number }, i) => {
    const key = `${textOf(protocol)}/${textOf(number)}`;
    if (seen.has(key)) {
      found.duplicate(`${path}[${i}]`, {
        Name: '',
        Protocol: protocol,
        AppProtocol: null,
        Port: number,
        TargetPort: 0,
        NodePort: 0,
      });
    }
    seen.add(key);
  });
}

const clusterIp: Rule = (found, _, value, { type }) => {
  if (value === undefined || value === '') return;
  if (value === 'None') {
    if (type === 'NodePort' || type === 'LoadBalancer') {
      found.invalid('spec.clusterIPs[0]', value, `may not be set to 'None' for ${type} services`);
    }
  } else for (const why of ipAddress(textOf(value))) found.invalid('spec.clusterIPs[0]', value, why);
};

const externalTraffic: Rule = (found, path, value, { type, externalIPs }) => {
  if (value === undefined || type === 'NodePort' || type === 'LoadBalancer' || !isEmpty(externalIPs)) return;
  found.invalid(path, value, 'may only be set for externally-accessible services');
};

export const service: Rule = fields({
  spec: fields({
    ports: servicePorts,
    externalName: (found, path, value, { type }) => {
      if (type === 'ExternalName') requiredFormat(dnsSubdomain)(found, path, value, {});
    },
    selector: (found, path, value) => checkLabels(found, path, value),
    sessionAffinity: among('ClientIP', 'None'),
    clusterIP: clusterIp,
    externalIPs: each(format(ipAddress)),
    type: among('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'),
    externalTrafficPolicy: externalTraffic,
  }),
});

const ingressBackend: Rule = (found, path, value) => {
  const { service: target, resource } = fieldsOf(value);
  if (resource !== undefined) return;
  if (target === undefined) {
    found.invalid(path, '', 'resource or service backend is required');
    return;
  }
  const { name, port: at } = fieldsOf(target);
  requiredFormat(dnsLabel)(found, `${path}.service.name`, name, {});
  const { name: portNamed = '', number = 0 } = fieldsOf(at);
  if (portNamed !== '' && number !== 0) found.invalid(path, '', 'cannot set both port name & port number');
  else if (portNamed === '' && number === 0) found.required(path, 'port name or number is required');
  else if (portNamed === '') port(found, `${path}.service.port.number`, number, {});
  else format(portName)(found, `${path}.service.port.name`, portNamed, {});
};

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

const ingressPath: Rule = (found, path, value) => {
  const { path: at = '', pathType, backend } = fieldsOf(value);
  if (pathType === undefined) {
    found.required(`${path}.pathType`, 'pathType must be specified');
    return;
  }
  if (!PATH_TYPES.includes(textOf(pathType))) found.unsupported(`${path}.pathType`, pathType, PATH_TYPES);
  else if (!textOf(at).startsWith('/') && (pathType !== 'ImplementationSpecific' || at !== '')) {
    found.invalid(`${path}.path`, at, 'must be an absolute path');
  }
  ingressBackend(found, `${path}.backend`, backend, {});
};

const host: Rule = (found, path, value) => {
  const name = textOf(value ?? '');
  if (name === '') return;
  if (isIpV4(name)) found.invalid(path, name, 'must be a DNS name, not an IP address');
  else for (const why of name.includes('*') ? wildcardSubdomain(name) : dnsSubdomain(name)) found.invalid(path, name, why);
};

export const ingress: Rule = fields({
  spec: (found, path, value) => {
    const spec = fieldsOf(value);
    if (spec['defaultBackend'] === undefined && isEmpty(spec['rules'])) {
      found.invalid(path, null, 'either `defaultBackend` or `rules` must be specified');
    }
    fields({
      defaultBackend: given(ingressBackend),
      rules: each(fields({ host, http: given(fields({ paths: all(required(), each(ingressPath)) })) })),
    })(found, path, spec, {});
  },
});

const endPort: Rule = (found, path, value, { port: from }) => {
  const last = Number(value);
  if (from === undefined) found.invalid(path, value, 'may not be specified when `port` is not specified');
  else if (typeof from === 'string') found.invalid(path, value, 'may not be specified when `port` is non-numeric');
  else if (last < Number(from)) found.invalid(path, from, 'must be greater than or equal to `port`');
  else port(found, path, last, {});
};

const networkPorts: Rule = each(
  fields({ protocol: given(among('SCTP', 'TCP', 'UDP')), port: given(portOrName), endPort: given(endPort) }),
);

const ipBlock: Rule = (found, path, value) => {
  const { cidr, except } = fieldsOf(value);
  requiredFormat(cidrBlock)(found, `${path}.cidr`, cidr, {});
  listOf(except)
    .map(textOf)
    .forEach((hole, i) => {
      const here = `${path}.except[${i}]`;
      const problems = cidrBlock(hole);
      for (const why of problems) found.invalid(here, hole, why);
      const isCut = problems.length === 0 && cidrBlock(textOf(cidr)).length === 0;
      if (isCut && !isWithin(textOf(cidr), hole)) found.invalid(here, hole, 'must be a strict subset of `cidr`');
    });
};

const peer: Rule = all(
  (found, path, value) => {
    if (isEmpty(value)) found.required(path, 'must specify a peer');
  },
  fields({ podSelector: given(selector), namespaceSelector: given(selector), ipBlock: given(ipBlock) }),
  (found, path, value) => {
    const { ipBlock: block, ...others } = fieldsOf(value);
    if (block !== undefined && !isEmpty(others)) found.forbidden(path, 'may not specify both ipBlock and another peer');
  },
);
const peers = each(peer);

export const networkPolicy: Rule = fields({
  spec: fields({
    podSelector: given(selector),
    ingress: each(fields({ ports: networkPorts, from: peers })),
    egress: each(fields({ ports: networkPorts, to: peers })),
    policyTypes: each(among('Ingress', 'Egress')),
  }),
});
