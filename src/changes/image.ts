import { holdsMarker, redactObject } from '../access/index.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as the journal keeps it. */
export interface Image {
  readonly object: KubernetesObject;
  /** It holds values that are hidden from everybody. */
  readonly hidden: boolean;
}

/**
 * What of an object is kept so that it can be restored.
 * @param sealed hidden values are kept too, for the image will be sealed. @default they give way to markers
 */
export function imageOf(live: KubernetesObject, sealed: boolean): Image {
  const { managedFields: _, ...metadata } = (live.metadata ?? {}) as Readonly<Record<string, unknown>>;
  const object: KubernetesObject = { ...live, metadata };
  const redacted = redactObject(structuredClone(object));
  const copy = lastAppliedOf(object);
  const hidden = holdsMarker(redacted) || (copy !== undefined && holdsSecrets(copy));
  return { object: hidden && !sealed ? redacted : object, hidden };
}

function lastAppliedOf({ metadata }: KubernetesObject): string | undefined {
  return metadata?.annotations?.[LAST_APPLIED];
}

/** The copy may be older than the object, and hold what the object does not hold any more. */
function holdsSecrets(copy: string): boolean {
  try {
    return holdsMarker(redactObject(JSON.parse(copy) as unknown));
  } catch {
    return true;
  }
}
