import { fieldsOf, isEmpty, listOf, valueAt, withField, type Fields } from '../values.ts';
import { same } from '../../same.ts';
import type { Found } from './found.ts';

type UpdateRule = (found: Found, object: Fields, before: Fields) => void;

const at = (object: Fields, path: string): unknown => valueAt(object, path.split('.'));

/** Fields that stay as they were created. */
const fixed =
  (words: string, show: (value: unknown) => unknown, ...paths: readonly string[]): UpdateRule =>
  (found, object, before) => {
    for (const path of paths) {
      const value = at(object, path);
      if (!same(value, at(before, path))) found.invalid(path, show(value), words);
    }
  };

const immutable = (...paths: readonly string[]): UpdateRule => fixed('field is immutable', (value) => value, ...paths);

/** Only these fields of the spec may change. */
const onlyChanges =
  (words: string, ...names: readonly string[]): UpdateRule =>
  (found, object, before) => {
    const rest = (whole: Fields): Fields =>
      names.reduce((spec, name) => withField(spec, name, undefined), fieldsOf(whole['spec']));
    if (!same(rest(object), rest(before))) found.forbidden('spec', words);
  };

const sealed: UpdateRule = (found, object, before) => {
  if (before['immutable'] !== true) return;
  for (const field of ['immutable', 'data', 'binaryData']) {
    if (!same(object[field], before[field])) found.forbidden(field, 'field is immutable when `immutable` is set');
  }
};

const POD_WORDS =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const CONTAINERS = ['containers', 'initContainers'];

/** A pod keeps what it was made of; other images may be put into it. */
const pod: UpdateRule = (found, object, before) => {
  const [now, old] = [fieldsOf(object['spec']), fieldsOf(before['spec'])];
  for (const list of CONTAINERS) {
    if (listOf(now[list]).length !== listOf(old[list]).length) {
      found.forbidden(
        `spec.${list}`,
        `pod updates may not add or remove ${list === 'containers' ? 'containers' : 'init containers'}`,
      );
      return;
    }
  }
  const kept = (spec: Fields): Fields => {
    const containers = Object.fromEntries(
      CONTAINERS.map((list) => [list, listOf(spec[list]).map((one) => withField(fieldsOf(one), 'image', undefined))]),
    );
    return { ...spec, ...containers, activeDeadlineSeconds: undefined, tolerations: undefined, ephemeralContainers: undefined };
  };
  for (const one of listOf(old['ephemeralContainers'])) {
    if (listOf(now['ephemeralContainers']).some((other) => same(other, one))) continue;
    const name = String(fieldsOf(one)['name']);
    found.forbidden('spec.ephemeralContainers', `existing ephemeral containers "${name}" may not be removed or changed`);
    return;
  }
  const tolerated = listOf(old['tolerations']).every((one) => listOf(now['tolerations']).some((other) => same(other, one)));
  if (!same(kept(now), kept(old))) found.forbidden('spec', POD_WORDS);
  else if (!tolerated)
    found.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
};

const service: UpdateRule = (found, object, before) => {
  const [now, old] = [at(object, 'spec.clusterIP'), at(before, 'spec.clusterIP')];
  if (isEmpty(old) || isEmpty(now) || old === '' || now === '' || now === old || at(object, 'spec.type') === 'ExternalName')
    return;
  found.invalid('spec.clusterIPs[0]', [now], 'may not change once set');
};

const CLAIM_WORDS = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** A claim that has its volume may ask for more room; the volume is written into it. */
const claim: UpdateRule = (found, object, before) => {
  const bound = at(before, 'status.phase') === 'Bound';
  const rest = (whole: Fields): Fields => {
    const spec = withField(fieldsOf(whole['spec']), 'volumeName', undefined);
    return bound ? withField(withField(spec, 'resources', undefined), 'volumeAttributesClassName', undefined) : spec;
  };
  if (!same(rest(object), rest(before))) found.forbidden('spec', CLAIM_WORDS);
};

const roleRef = fixed(
  'cannot change roleRef',
  (value) => {
    const { apiGroup, kind, name } = fieldsOf(value);
    return { APIGroup: apiGroup, Kind: kind, Name: name };
  },
  'roleRef',
);

const STATEFUL_SET_WORDS =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** What may not change, by kind. */
const RULES: Readonly<Record<string, readonly UpdateRule[]>> = {
  '/ConfigMap': [sealed],
  '/PersistentVolumeClaim': [claim],
  '/Pod': [pod],
  '/Secret': [immutable('type'), sealed],
  '/Service': [service],
  'apps/DaemonSet': [immutable('spec.selector')],
  'apps/Deployment': [immutable('spec.selector')],
  'apps/ReplicaSet': [immutable('spec.selector')],
  'apps/StatefulSet': [
    onlyChanges(
      STATEFUL_SET_WORDS,
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ),
  ],
  'batch/Job': [immutable('spec.completions', 'spec.selector', 'spec.template', 'spec.completionMode')],
  'rbac.authorization.k8s.io/ClusterRoleBinding': [roleRef],
  'rbac.authorization.k8s.io/RoleBinding': [roleRef],
};

/** @param kind `apps/Deployment`, `/Pod` */
export function checkUpdate(found: Found, kind: string, object: Fields, before: Fields): void {
  for (const rule of RULES[kind] ?? []) rule(found, object, before);
}
