import { quantityValue } from '../quantity.ts';
import { fieldsOf, isEmpty, listOf, textOf } from '../values.ts';
import { configKey } from './formats.ts';
import { all, among, atLeast, each, eachEntry, fields, given, required, type Rule } from './rule.ts';
import { selector } from './selectors.ts';
import { countOrPercent } from './workloads.ts';

const keys: Rule = eachEntry((found, path, key) => {
  for (const why of configKey(key)) found.invalid(path, key, why);
});

export const configMap: Rule = all(fields({ data: keys, binaryData: keys }), (found, path, value) => {
  const binary = fieldsOf(fieldsOf(value)['binaryData']);
  for (const key of Object.keys(fieldsOf(fieldsOf(value)['data'])).toSorted()) {
    if (Object.hasOwn(binary, key)) found.invalid(`${path}data[${key}]`, key, 'duplicate of key present in binaryData');
  }
});

/** Types of secrets that are nothing without these keys. */
const SECRET_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export const secret: Rule = all(fields({ data: keys }), (found, _, value) => {
  const { type, data } = fieldsOf(value);
  for (const key of SECRET_KEYS[textOf(type)] ?? []) if (!(key in fieldsOf(data))) found.required(`data[${key}]`);
});

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

const metric: Rule = (found, path, value) => {
  const { type } = fieldsOf(value);
  if (!METRIC_TYPES.includes(textOf(type))) {
    found.unsupported(`${path}.type`, type ?? '', METRIC_TYPES);
    found.unsupported(`${path}.type`, type ?? '', METRIC_TYPES);
    return;
  }
  const name = textOf(type);
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  if (fieldsOf(value)[field] === undefined)
    found.required(`${path}.${field}`, 'must populate information for the given metric source');
};

export const autoscaler: Rule = fields({
  spec: fields({
    minReplicas: atLeast(1),
    maxReplicas: (found, path, value, { minReplicas }) => {
      const most = Number(value ?? 0);
      if (most < 1) found.required(path, 'must be set and greater than 0');
      if (typeof minReplicas === 'number' && most < minReplicas) {
        found.invalid(path, most, 'must be greater than or equal to `minReplicas`');
      }
    },
    scaleTargetRef: fields({
      kind: required(),
      name: required(),
      apiVersion: (found, path, value) => {
        if (value === undefined || value === '') found.invalid(path, '', 'apiVersion must specify API group');
      },
    }),
    metrics: all(each(metric), (found, path, _, { minReplicas, metrics }) => {
      const scalesToZero = listOf(metrics).some((one) => ['Object', 'External'].includes(textOf(fieldsOf(one)['type'])));
      if (minReplicas === 0 && !scalesToZero) {
        found.forbidden(path, 'must specify at least one Object or External metric to support scaling to zero replicas');
      }
    }),
  }),
});

export const disruptionBudget: Rule = fields({
  spec: (found, path, value) => {
    const spec = fieldsOf(value);
    const { minAvailable, maxUnavailable, selector: pods } = spec;
    if (minAvailable !== undefined && maxUnavailable !== undefined) {
      const shown = {
        MinAvailable: minAvailable,
        Selector: pods ?? null,
        MaxUnavailable: maxUnavailable,
        UnhealthyPodEvictionPolicy: spec['unhealthyPodEvictionPolicy'] ?? null,
      };
      found.invalid(path, shown, 'minAvailable and maxUnavailable cannot be both set');
    }
    for (const field of ['minAvailable', 'maxUnavailable']) {
      const share = spec[field];
      countOrPercent(found, `${path}.${field}`, share, {});
      if (typeof share === 'string' && Number.parseInt(share, 10) > 100)
        found.invalid(`${path}.${field}`, share, 'must not be greater than 100%');
    }
    given(selector)(found, `${path}.selector`, pods, {});
  },
});

const policyRule: Rule = (found, path, value) => {
  const { verbs, apiGroups, resources, nonResourceURLs } = fieldsOf(value);
  if (isEmpty(verbs)) found.required(`${path}.verbs`, 'verbs must contain at least one value');
  if (!isEmpty(nonResourceURLs)) return;
  if (isEmpty(apiGroups)) found.required(`${path}.apiGroups`, 'resource rules must supply at least one api group');
  if (isEmpty(resources)) found.required(`${path}.resources`, 'resource rules must supply at least one resource');
};

export const role: Rule = fields({ rules: each(policyRule) });

const subject: Rule = fields({
  name: required(),
  kind: among('ServiceAccount', 'User', 'Group'),
  namespace: (found, path, value, { kind }) => {
    if (kind === 'ServiceAccount') required()(found, path, value, {});
  },
});

const bindingTo = (...kinds: readonly string[]): Rule =>
  fields({ roleRef: fields({ kind: among(...kinds), name: required() }), subjects: each(subject) });

export const roleBinding = bindingTo('Role', 'ClusterRole');
export const clusterRoleBinding = bindingTo('ClusterRole');

/** What a quota can count besides what a container asks for. */
const COUNTED =
  /^(pods|services|services\.(loadbalancers|nodeports)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|((requests|limits)\.)?(cpu|memory|ephemeral-storage)|requests\.(storage|hugepages-.*)|hugepages-.*)$/;

export const quota: Rule = fields({
  spec: fields({
    hard: eachEntry((found, path, name, value) => {
      if (!name.includes('/') && !COUNTED.test(name)) {
        found.invalid(path, name, 'must be a standard resource type or fully qualified');
        found.invalid(path, name, 'must be a standard resource for quota');
      }
      const size = quantityValue(value);
      if (size !== undefined && size < 0n) found.invalid(path, value, 'must be greater than or equal to 0');
    }),
  }),
});

export const event: Rule = (found, _, value) => {
  const { metadata, involvedObject } = fieldsOf(value);
  const namespace = fieldsOf(involvedObject)['namespace'];
  if (namespace !== undefined && namespace !== fieldsOf(metadata)['namespace']) {
    found.invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
  }
};
