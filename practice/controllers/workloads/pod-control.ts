import type { DraftObject, KubeObject } from '../../model.ts';
import { StatusError } from '../../status.ts';
import type { Cluster } from '../cluster.ts';
import type { Recorder } from '../event-recorder.ts';
import type { Pod, PodTemplate } from '../shapes.ts';
import { controllerRef } from './pods-of.ts';

/** So many pods are made for an owner in one look at it; the next one makes more, and others get their turn. */
export const BURST = 500;

/** A pod as a template describes it, with a name that its owner's begins. */
export function podFrom(template: PodTemplate, owner: KubeObject): DraftObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ...(template.metadata?.labels !== undefined && { labels: template.metadata.labels }),
      ...(template.metadata?.annotations !== undefined && { annotations: template.metadata.annotations }),
      ownerReferences: [controllerRef(owner)],
    },
    spec: template.spec,
  };
}

/** Creates and deletes the pods of owners, and says so in their events. */
export interface PodControl {
  /** @throws StatusError after an event that tells it */
  create(owner: KubeObject, pod: DraftObject): Pod;
  delete(owner: KubeObject, pod: Pod): void;
}

export function podControl(cluster: Cluster, recorder: Recorder): PodControl {
  return {
    create(owner, draft) {
      try {
        const pod = cluster.create('pods', draft);
        recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
        return pod;
      } catch (error) {
        if (error instanceof StatusError && !isNamespaceGoing(error))
          recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
        throw error;
      }
    },
    delete(owner, pod) {
      cluster.delete('pods', pod);
      recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    },
  };
}

/** In a namespace that is going nothing can be created, and no controller complains about it. */
export const isNamespaceGoing = ({ status }: StatusError): boolean =>
  status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
