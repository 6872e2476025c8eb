import { count } from '../../../../answers/index.ts';
import type { ChangeFacts, Description, Difference, PodsFacts, RevisionFacts } from '../../../../operations/describe/index.ts';
import { ago, list, of, quoted } from './words.ts';

/** `Changed: revision 7, 12m ago: app.image checkout:2.3.1 → checkout:2.4.0`. */
export function sayChange(
  { revision, at, differences, more, cause }: ChangeFacts,
  { verdict }: Description,
  now: number,
): string {
  if (differences.length === 0) return '';
  const what = [...differences.map(sayDifference), ...(more > 0 ? [`${more} more`] : [])];
  // Of something that is well, a change of long ago is no news; it is told all the same, since it is short.
  const label = verdict.health === 'healthy' ? 'changed' : 'Changed';
  return `${label}: ${list([`revision ${revision}`, ago(at, now)])}: ${what.join(', ')}${cause === undefined ? '' : `; change-cause ${quoted(cause)}`}`;
}

function sayDifference({ path, was, is, sort }: Difference): string {
  if (sort === 'added') return `${path} added${is === undefined || is === '' ? '' : ` (${quoted(is)})`}`;
  if (sort === 'removed') return `${path} removed`;
  return `${path} ${quoted(was ?? '')} → ${quoted(is ?? '')}`;
}

/** `owns: ReplicaSet checkout-84 (rev 7) 0/2 · checkout-5b (rev 6) 2/2`. */
export function sayRevisions(revisions: readonly RevisionFacts[]): string {
  if (revisions.length === 0) return '';
  return `owns: ReplicaSet ${revisions.map(({ name, revision, ready, wanted }) => `${name} (rev ${revision}) ${of(ready, wanted)}`).join(' · ')}`;
}

/** `pods: 2 CrashLoopBackOff, 5 restarts (a, b) · 1 Running (c)`. */
export function sayPods({ total, complete, groups }: PodsFacts): string {
  if (total === 0) return 'pods: none';
  const said = groups.map(({ status, ready, count: size, names, restarts, nodes }) => {
    const about = list([
      `${size} ${status}${status === 'Running' && !ready ? ' not ready' : ''}`,
      restarts > 0 && `${size > 1 ? 'up to ' : ''}${count(restarts, 'restart')}`,
      nodes.length === 1 ? `on ${nodes[0]}` : nodes.length > 1 && `on ${nodes.length} nodes`,
    ]);
    return `${about} (${names.join(', ')}${size > names.length ? ', …' : ''})`;
  });
  return `pods: ${said.join(' · ')}${complete ? '' : ` · more than ${total}, not all looked at`}`;
}
