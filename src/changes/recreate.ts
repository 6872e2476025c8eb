import { at, groupKindOf, type Json, type KubernetesObject } from '../kubernetes/index.ts';
import { isFields } from './difference.ts';
import { withoutServerFields } from './noise.ts';

/** What the cluster gave an object of a kind (group and name) when it was made, and has to give anew. */
const GIVEN: readonly { readonly of: string; readonly paths: readonly (readonly string[])[]; readonly reason: string }[] = [
  { of: '/Pod', paths: [['spec', 'nodeName']], reason: 'the scheduler places the new pod' },
  {
    of: '/PersistentVolumeClaim',
    paths: [
      ['spec', 'volumeName'],
      ['metadata', 'annotations', 'pv.kubernetes.io/bind-completed'],
      ['metadata', 'annotations', 'pv.kubernetes.io/bound-by-controller'],
    ],
    reason: 'the old volume is bound to the old claim, if it is there at all',
  },
  {
    of: '/PersistentVolume',
    paths: [
      ['spec', 'claimRef', 'uid'],
      ['spec', 'claimRef', 'resourceVersion'],
    ],
    reason: 'a claim made anew has another uid',
  },
  { of: '/ServiceAccount', paths: [['secrets']], reason: 'tokens are made by the cluster' },
  { of: '/Namespace', paths: [['spec', 'finalizers']], reason: 'the server sets them' },
];

/** Labels by which a Job finds its pods: those of the new Job have its own uid. */
const JOB_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid', 'job-name', 'batch.kubernetes.io/job-name'];

/** An object that was deleted, as it can be made anew. */
export function recreated(before: KubernetesObject): KubernetesObject {
  let object = withoutServerFields(before);
  const kind = groupKindOf(before);
  for (const { paths } of GIVEN.filter((given) => given.of === kind)) {
    for (const path of paths) object = without(object, path);
  }
  if (kind === 'batch/Job' && at(before, 'spec', 'manualSelector') !== true) {
    object = without(object, ['spec', 'selector']);
    for (const label of JOB_LABELS) {
      object = without(object, ['metadata', 'labels', label]);
      object = without(object, ['spec', 'template', 'metadata', 'labels', label]);
    }
  }
  return object;
}

function without<Value>(value: Value, [first = '', ...rest]: readonly string[]): Value {
  if (!isFields(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: inner, ...others } = value as Readonly<Record<string, Json>>;
  return (rest.length === 0 ? others : { ...others, [first]: without(inner, rest) }) as Value;
}
