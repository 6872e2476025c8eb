import type { DraftObject } from '../../model.ts';
import type { JobSpec } from '../kinds.ts';

/** A Job finds its pods by its uid, which is in the labels of its template under today's names and those of before. */
export function controlJob(object: DraftObject): DraftObject {
  const spec = object['spec'] as (JobSpec & { readonly manualSelector?: boolean }) | undefined;
  const { uid = '', name = '' } = object.metadata ?? {};
  if (spec === undefined || spec.manualSelector === true) return object;
  const labels = {
    ...spec.template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  return {
    ...object,
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}
