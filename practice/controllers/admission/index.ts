/** What the API server adds to new objects beyond their defaults, by resource. */
import type { DraftObject, Store } from '../../model.ts';
import { controlJob } from './jobs.ts';
import { qosClass, serviceAccount, tolerateTrouble } from './pods.ts';
import { clusterAddress } from './services.ts';
import { defaultClass, protectClaim, protectVolume } from './volumes.ts';

/** What one admission plugin makes of an object that is being created; its uid is known already. */
export type Admit = (object: DraftObject, store: Store) => DraftObject;

export const ADMISSION: Readonly<Record<string, readonly Admit[]>> = {
  pods: [serviceAccount, tolerateTrouble, qosClass],
  services: [clusterAddress],
  persistentvolumeclaims: [defaultClass, protectClaim],
  persistentvolumes: [protectVolume],
  'jobs.batch': [controlJob],
};
