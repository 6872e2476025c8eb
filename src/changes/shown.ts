import { redactObject, redactText } from '../access/index.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { FairleadError } from '../platform/index.ts';
import { meaningful } from './noise.ts';
import { remembered } from './remember.ts';

/** Noise goes first: what managers own is often more than the object itself, and nobody is shown it. */
const asShown = {
  whole: remembered((object: KubernetesObject) => redactObject(structuredClone(meaningful(object)))),
  status: remembered((object: KubernetesObject) => redactObject(structuredClone(meaningful(object, 'status')))),
};

/** An object as it may be shown: redacted, without noise. */
export function shown(object: KubernetesObject, part?: 'status'): KubernetesObject;
export function shown(object: KubernetesObject | null | undefined, part?: 'status'): KubernetesObject | undefined;
export function shown(object: KubernetesObject | null | undefined, part?: 'status'): KubernetesObject | undefined {
  return object === null || object === undefined ? undefined : asShown[part ?? 'whole'](object);
}

/** An error as a part of a plan or of the journal: the server quotes values in it, so that it is redacted. */
export function sayProblem(error: FairleadError): string {
  const text = error.advice === undefined ? error.message : `${error.message} ${error.advice}`;
  return redactText(text).slice(0, 1_000);
}
