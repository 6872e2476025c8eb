import type { KubernetesObject } from '../../kubernetes/index.ts';
import { isEffect, type Finding } from '../trouble/index.ts';
import type { Cause, EventFact, Facts, Health, Verdict } from './facts.ts';
import type { Lookup } from './lookup.ts';

/** What a describer makes of its object. */
export interface Told {
  readonly verdict: Verdict;
  readonly causes: readonly Cause[];
  readonly facts: Facts;
  readonly events: readonly EventFact[];
}

/** Finds out about one object of one kind. @param now milliseconds since the epoch */
export type Describer = (object: KubernetesObject, look: Lookup, now: number) => Promise<Told>;

/**
 * What findings make of an object's health; `otherwise` is said when there are none.
 * @param unsure true when something that could have shown trouble was not readable
 */
export function healthOf(findings: readonly Finding[], otherwise: Health = 'healthy', unsure = false): Health {
  if (findings.some(({ severity }) => severity === 'broken')) return 'broken';
  if (findings.length > 0) return 'warning';
  return unsure && otherwise === 'healthy' ? 'unknown' : otherwise;
}

/** The causes before what follows from them. */
export function withEffectsLast<F extends Finding>(findings: readonly F[]): F[] {
  return [...findings.filter((finding) => !isEffect(finding)), ...findings.filter(isEffect)];
}
