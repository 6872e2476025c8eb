import { holdsMarker } from '../access/index.ts';
import { impactOf } from './impact.ts';
import type { Neighbours } from './neighbours.ts';
import type { Draft } from './plan-step.ts';
import type { PlannedStep, Warning } from './plan.ts';
import { shown } from './shown.ts';
import { warningsOn } from './warnings.ts';

/** A step as it was tried, with what it touches besides and what a careful person would want to be told. */
export async function assessed(
  { target, step, view, before, after }: Draft,
  near: Neighbours,
  keepsSecrets: boolean,
): Promise<PlannedStep> {
  const { kind, connection } = target;
  const { effect, changes, conflicts, forced } = view;
  const scene = { step, kind, effect, changes, conflicts, forced, before, after, keepsSecrets };
  const hidden = holdsMarker(shown(before));
  const warnings: Warning[] = [...view.warnings, ...warningsOn({ ...scene, hidden, index: await connection.kinds() })];
  if (before === null || effect === 'none' || view.problem !== undefined) return { ...view, warnings };
  const { impact, unknown } = await impactOf({ object: before, group: kind.group, deletes: effect === 'delete', near });
  if (unknown.length > 0)
    warnings.push({ code: 'unknown-impact', text: `it could not be found out what it is ${unknown.join(', ')}` });
  const scaled = impact.find(({ relation }) => relation === 'scaled-by');
  if (scaled !== undefined && changes.some(({ path }) => path === 'spec.replicas'))
    warnings.push({ code: 'autoscaled', text: `${scaled.what} sets the replicas, and will do so again` });
  return { ...view, warnings, impact };
}
