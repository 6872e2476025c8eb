import { canonicalQuantity, quantityValue } from '../quantity.ts';
import { fieldsOf, listOf, textOf, type Fields } from '../values.ts';
import { configKey, dnsLabel, environmentName, portName, qualifiedName } from './formats.ts';
import {
  all,
  among,
  atLeast,
  between,
  distinct,
  each,
  eachEntry,
  fields,
  firstOf,
  given,
  oneHandler,
  port,
  portOrName,
  required,
  requiredFormat,
  type Rule,
} from './rule.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

const handler: Rule = all(
  oneHandler(HANDLERS, 'handler type', (found, path) => found.required(path, 'must specify a handler type')),
  fields({
    exec: given(fields({ command: required() })),
    httpGet: given(fields({ path: required(), port: portOrName, scheme: among('HTTP', 'HTTPS') })),
    tcpSocket: given(fields({ port: portOrName })),
    grpc: given(fields({ port })),
  }),
);

const mustBeOne: Rule = (found, path, value) => {
  if (value !== undefined && value !== 1) found.invalid(path, value, 'must be 1');
};

const timing: Rule = fields({
  initialDelaySeconds: atLeast(0),
  timeoutSeconds: atLeast(0),
  periodSeconds: atLeast(0),
  successThreshold: atLeast(0),
  failureThreshold: atLeast(0),
});

const probe: Rule = all(handler, timing);
const steadyProbe: Rule = all(probe, fields({ successThreshold: mustBeOne }));

const FIELD_PATHS: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

const fieldPath: Rule = firstOf(required(), (found, path, value) => {
  const [name = ''] = textOf(value).split('[');
  if (!FIELD_PATHS.has(name)) found.invalid(path, value, `error converting fieldPath: field label not supported: ${name}`);
});

const keyOf: Rule = fields({ name: required(), key: requiredFormat(configKey) });

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

const valueFrom: Rule = (found, path, value, around) => {
  const used = SOURCES.filter((name) => fieldsOf(value)[name] !== undefined);
  if (used.length === 0) {
    found.invalid(
      path,
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  } else if (around['value'] !== undefined && around['value'] !== '') {
    found.invalid(path, '', 'may not be specified when `value` is not empty');
  } else if (used.length > 1) {
    found.invalid(path, '', 'may not have more than one field specified at a time');
  }
  fields({
    fieldRef: given(fields({ fieldPath })),
    resourceFieldRef: given(fields({ resource: required() })),
    configMapKeyRef: given(keyOf),
    secretKeyRef: given(keyOf),
  })(found, path, value, around);
};

const env: Rule = each(fields({ name: requiredFormat(environmentName), valueFrom: given(valueFrom) }));

const envFrom: Rule = (found, path, value) => {
  for (const [i, source] of listOf(value).map(fieldsOf).entries()) {
    const used = ['configMapRef', 'secretRef'].filter((name) => source[name] !== undefined);
    for (const name of used) fields({ name: required() })(found, `${path}[${i}].${name}`, source[name], source);
    if (used.length === 0) found.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    if (used.length > 1) found.invalid(path, '', 'may not have more than one field specified at a time');
  }
};

const ports: Rule = (found, path, value) => {
  const names = new Set<unknown>();
  listOf(value)
    .map(fieldsOf)
    .forEach((one, i) => {
      const { name } = one;
      if (typeof name === 'string' && name !== '') {
        const problems = portName(name);
        for (const why of problems) found.invalid(`${path}[${i}].name`, name, why);
        if (problems.length === 0 && names.has(name)) found.duplicate(`${path}[${i}].name`, name);
        names.add(name);
      }
      if (one['containerPort'] === undefined || one['containerPort'] === 0) found.required(`${path}[${i}].containerPort`);
      else port(found, `${path}[${i}].containerPort`, one['containerPort'], one);
      if (one['hostPort'] !== undefined && one['hostPort'] !== 0) port(found, `${path}[${i}].hostPort`, one['hostPort'], one);
      among('SCTP', 'TCP', 'UDP')(found, `${path}[${i}].protocol`, one['protocol'], one);
    });
};

/** Two containers cannot listen on the same port of the node. */
export const hostPorts: Rule = (found, path, value) => {
  const seen = new Set<string>();
  listOf(value)
    .map(fieldsOf)
    .forEach((container, c) => {
      listOf(container['ports'])
        .map(fieldsOf)
        .forEach(({ hostPort, hostIP, protocol }, i) => {
          if (hostPort === undefined) return;
          const key = `${textOf(protocol)}/${textOf(hostIP ?? '')}/${textOf(hostPort)}`;
          if (seen.has(key)) found.duplicate(`${path}[${c}].ports[${i}].hostPort`, key);
          seen.add(key);
        });
    });
};

const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

const isStandard = (name: string): boolean => CONTAINER_RESOURCES.has(name) || name.startsWith('hugepages-');

const quantities: Rule = eachEntry((found, path, name, value) => {
  for (const why of qualifiedName(name)) found.invalid(path, name, why);
  if (!name.includes('/') && !isStandard(name)) {
    found.invalid(path, name, 'must be a standard resource type or fully qualified');
    found.invalid(path, name, 'must be a standard resource for containers');
  }
  const size = quantityValue(value);
  if (size !== undefined && size < 0n) found.invalid(path, value, 'must be greater than or equal to 0');
});

/** Nobody gets more than the limit; of what cannot be overcommitted, exactly the limit. */
const withinLimits: Rule = (found, path, value) => {
  const limits = fieldsOf(fieldsOf(value)['limits']);
  for (const [name, request] of Object.entries(fieldsOf(fieldsOf(value)['requests'])).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [limit, asked] = [quantityValue(limits[name]), quantityValue(request)];
    if (limit === undefined || asked === undefined) continue;
    const said = `${name} limit of ${canonicalQuantity(textOf(limits[name])) ?? ''}`;
    if (!isStandard(name) && asked !== limit) found.invalid(`${path}.requests`, request, `must be equal to ${said}`);
    else if (asked > limit) found.invalid(`${path}.requests`, request, `must be less than or equal to ${said}`);
  }
};

const resources: Rule = all(fields({ limits: quantities, requests: quantities }), withinLimits);

const userId = between(0, 2_147_483_647);

const securityContext: Rule = fields({ runAsUser: userId, runAsGroup: userId });

/** @param volumes what there is to mount */
const mounts =
  (volumes: ReadonlySet<unknown>): Rule =>
  (found, path, value) => {
    const places = new Set<unknown>();
    listOf(value)
      .map(fieldsOf)
      .forEach(({ name, mountPath }, i) => {
        const here = `${path}[${i}]`;
        if (name === undefined || name === '') found.required(`${here}.name`);
        if (!volumes.has(name)) found.notFound(`${here}.name`, name ?? '');
        if (mountPath === undefined || mountPath === '') found.required(`${here}.mountPath`);
        else if (places.has(mountPath)) found.invalid(`${here}.mountPath`, mountPath, 'must be unique');
        places.add(mountPath);
      });
  };

const image: Rule = firstOf(required(), (found, path, value) => {
  if (value !== textOf(value).trim()) found.invalid(path, value, 'must not have leading or trailing whitespace');
});

/** @param volumes the pod's */
export function container(volumes: readonly Fields[]): Rule {
  const names = new Set(volumes.map(({ name }) => name));
  return fields({
    name: requiredFormat(dnsLabel),
    image,
    terminationMessagePolicy: among('File', 'FallbackToLogsOnError'),
    imagePullPolicy: among('Always', 'IfNotPresent', 'Never'),
    ports,
    env,
    envFrom,
    volumeMounts: mounts(names),
    resources: given(resources),
    securityContext: given(securityContext),
    lifecycle: given(fields({ postStart: given(handler), preStop: given(handler) })),
    livenessProbe: given(steadyProbe),
    readinessProbe: given(probe),
    startupProbe: given(steadyProbe),
  });
}

export const containerNames = distinct('name');
