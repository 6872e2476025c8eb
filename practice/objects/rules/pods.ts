import { fieldsOf, listOf, textOf, type Fields } from '../values.ts';
import { container, containerNames, hostPorts } from './containers.ts';
import { dnsLabel, dnsSubdomain, ipAddress, labelValue, qualifiedName } from './formats.ts';
import type { Found } from './found.ts';
import { checkLabels } from './meta.ts';
import { all, among, between, each, fields, format, given, oneHandler, required, requiredFormat, type Rule } from './rule.ts';
import { nodeSelectorTerms, selector } from './selectors.ts';

const VOLUME_TYPES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'projected',
  'portworxVolume',
  'scaleIO',
  'storageos',
  'csi',
  'ephemeral',
  'image',
];

const fileMode: Rule = (found, path, value) => {
  if (typeof value === 'number' && (value < 0 || value > 0o777)) {
    found.invalid(path, value, 'must be a number between 0 and 0777 (octal), both inclusive');
  }
};

const volume: Rule = all(
  oneHandler(VOLUME_TYPES, 'volume type', (found, path) => found.required(path, 'must specify a volume type')),
  fields({
    hostPath: given(fields({ path: required() })),
    secret: given(fields({ secretName: required(), defaultMode: fileMode })),
    persistentVolumeClaim: given(fields({ claimName: required() })),
    configMap: given(fields({ name: required(), defaultMode: fileMode })),
    projected: given(fields({ defaultMode: fileMode })),
  }),
);

const volumes: Rule = (found, path, value) => {
  const seen = new Set<unknown>();
  listOf(value)
    .map(fieldsOf)
    .forEach((one, i) => {
      const { name } = one;
      const before = found.causes.length;
      volume(found, `${path}[${i}]`, one, one);
      requiredFormat(dnsLabel)(found, `${path}[${i}].name`, name, one);
      if (seen.has(name)) found.duplicate(`${path}[${i}].name`, name);
      if (found.causes.length === before) seen.add(name);
    });
};

const toleration: Rule = (found, path, value) => {
  const { key = '', operator = '', value: wanted = '', effect = '', tolerationSeconds } = fieldsOf(value);
  if (key !== '') format(qualifiedName)(found, `${path}.key`, key, {});
  if (key === '' && operator !== 'Exists') {
    found.invalid(
      `${path}.operator`,
      operator,
      'operator must be Exists when `key` is empty, which means "match all values and all keys"',
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    found.invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  if (operator === 'Equal' || operator === '')
    for (const why of labelValue(textOf(wanted))) found.invalid(`${path}.operator`, wanted, why);
  else if (operator === 'Exists') {
    if (wanted !== '') found.invalid(`${path}.operator`, wanted, "value must be empty when `operator` is 'Exists'");
  } else found.unsupported(`${path}.operator`, operator, ['Equal', 'Exists']);
  if (effect !== '') among('NoSchedule', 'PreferNoSchedule', 'NoExecute')(found, `${path}.effect`, effect, {});
};

const podTerm: Rule = fields({
  labelSelector: given(selector),
  topologyKey: all(required('can not be empty'), (found, path, value) => {
    for (const why of qualifiedName(textOf(value ?? ''))) found.invalid(path, value ?? '', why);
  }),
});

const weighted: Rule = fields({ weight: between(1, 100), podAffinityTerm: podTerm });

const podAffinity: Rule = fields({
  requiredDuringSchedulingIgnoredDuringExecution: each(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: each(weighted),
});

const affinity: Rule = fields({
  nodeAffinity: given(
    fields({
      requiredDuringSchedulingIgnoredDuringExecution: given(
        fields({ nodeSelectorTerms: all(required('must have at least one node selector term'), nodeSelectorTerms) }),
      ),
      preferredDuringSchedulingIgnoredDuringExecution: each(fields({ weight: between(1, 100) })),
    }),
  ),
  podAffinity: given(podAffinity),
  podAntiAffinity: given(podAffinity),
});

const spread: Rule = fields({
  maxSkew: (found, path, value) => {
    if (typeof value !== 'number' || value <= 0) found.invalid(path, value ?? 0, 'must be greater than zero');
  },
  topologyKey: required('can not be empty'),
  whenUnsatisfiable: among('DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: given(selector),
});

const labels: Rule = (found, path, value) => checkLabels(found, path, value);

/** The pod's containers: all names differ, and mounts lead to its volumes. */
function containers(found: Found, path: string, spec: Fields): void {
  const rule = container(listOf(spec['volumes']).map(fieldsOf));
  if (listOf(spec['containers']).length === 0) found.required(`${path}.containers`);
  for (const list of ['containers', 'initContainers']) {
    listOf(spec[list])
      .map(fieldsOf)
      .forEach((one, i) => {
        rule(found, `${path}.${list}[${i}]`, one, one);
        if (list === 'initContainers' && listOf(spec['containers']).some((other) => fieldsOf(other)['name'] === one['name'])) {
          found.duplicate(`${path}.${list}[${i}].name`, one['name']);
        }
      });
    containerNames(found, `${path}.${list}`, spec[list], spec);
  }
  hostPorts(found, `${path}.containers`, spec['containers'], spec);
}

const settings: Rule = fields({
  restartPolicy: among('Always', 'OnFailure', 'Never'),
  dnsPolicy: among('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
  nodeSelector: labels,
  securityContext: given(fields({ runAsUser: between(0, 2_147_483_647), fsGroup: between(0, 2_147_483_647) })),
  imagePullSecrets: each(fields({ name: required() })),
  affinity: given(affinity),
  tolerations: each(toleration),
  topologySpreadConstraints: each(spread),
  hostAliases: each(fields({ ip: requiredFormat(ipAddress), hostnames: each(format(dnsSubdomain)) })),
  serviceAccountName: format(dnsSubdomain),
  nodeName: format(dnsSubdomain),
  activeDeadlineSeconds: between(1, 2_147_483_647),
  hostname: format(dnsLabel),
  subdomain: format(dnsLabel),
  priorityClassName: format(dnsSubdomain),
});

export const podSpec: Rule = (found, path, value) => {
  const spec = fieldsOf(value);
  volumes(found, `${path}.volumes`, spec['volumes'], spec);
  containers(found, path, spec);
  settings(found, path, spec, spec);
};

/** Of a workload: the labels that its selector must take, and the pod. */
export const template: Rule = (found, path, value) => {
  const { metadata, spec } = fieldsOf(value);
  // The server leaves "metadata" out of these paths.
  checkLabels(found, `${path}.labels`, fieldsOf(metadata)['labels']);
  podSpec(found, `${path}.spec`, spec, {});
};
