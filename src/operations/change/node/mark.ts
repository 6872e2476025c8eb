import type { PatchStep } from '../../../changes/index.ts';
import { getObject, listAt, textAt, type Connection, type KubernetesObject } from '../../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../../platform/index.ts';
import { assignmentsOf, patchOf } from '../settings.ts';
import { subjectsOf, type StepSubject } from '../subjects.ts';

/** Which nodes: by name, several by comma, or by a selector. */
export interface NodesWanted {
  readonly name?: string | undefined;
  readonly labels?: string | undefined;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** The nodes that are meant. @throws UsageError */
export async function nodesOf(connection: Connection, wanted: NodesWanted): Promise<readonly StepSubject[]> {
  return (await subjectsOf(connection, { kind: 'nodes', ...wanted, scope: '*' })).subjects;
}

/** Lets no new pods onto a node, or lets them again. */
export function cordonStep(connection: Connection, subject: StepSubject, on: boolean): PatchStep {
  return {
    action: 'patch',
    cluster: connection.cluster,
    subject,
    type: 'merge',
    patch: { spec: { unschedulable: on ? true : null } },
  };
}

/** Labels of nodes. */
export async function nodeLabelSteps(connection: Connection, wanted: NodesWanted, set: string): Promise<readonly PatchStep[]> {
  const labels = patchOf(assignmentsOf(set, 'set'));
  return (await nodesOf(connection, wanted)).map((subject) => ({
    action: 'patch',
    cluster: connection.cluster,
    subject,
    type: 'merge',
    patch: { metadata: { labels } },
  }));
}

/**
 * Taints of nodes: `key=value:NoSchedule`, `key:NoExecute`, `key-` or `key:NoSchedule-` by comma.
 * @throws UsageError for what is no taint
 */
export async function taintSteps(connection: Connection, wanted: NodesWanted, set: string): Promise<readonly PatchStep[]> {
  const changes = set
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readTaint);
  const { kind, subjects } = await subjectsOf(connection, { kind: 'nodes', ...wanted, scope: '*' });
  return Promise.all(
    subjects.map(async (subject): Promise<PatchStep> => {
      const node = await getObject(connection, kind, { name: subject.name });
      const taints = changes.reduce(taintedBy, taintsOf(node));
      return {
        action: 'patch',
        cluster: connection.cluster,
        subject,
        type: 'merge',
        patch: { spec: { taints: taints.map((taint) => ({ ...taint })) } },
      };
    }),
  );
}

/** A taint that is put on, or taken off: then perhaps of any effect. */
type TaintChange = { readonly on: Taint } | { readonly off: { readonly key: string; readonly effect: string | undefined } };

function readTaint(text: string): TaintChange {
  const [, key, value, effect, off] = /^([^=:]+?)(?:=([^:]*))?(?::([^-]+))?(-)?$/.exec(text) ?? [];
  const known = effect === undefined || EFFECTS.includes(effect);
  if (key !== undefined && known) {
    if (off !== undefined) return { off: { key, effect } };
    if (effect !== undefined) return { on: { key, ...(value !== undefined && { value }), effect } };
  }
  throw new UsageError(
    `${quoted(text, 80)} in "set" is no taint${known ? '' : didYouMean((effect ?? '').slice(0, 60), EFFECTS)}.`,
    {
      code: 'invalid-argument',
      field: 'set',
      advice: `Write key=value:Effect, or key- to take one off. Effects: ${EFFECTS.join(', ')}.`,
    },
  );
}

function taintedBy(taints: readonly Taint[], change: TaintChange): readonly Taint[] {
  if ('off' in change) {
    const { key, effect } = change.off;
    return taints.filter((taint) => taint.key !== key || (effect !== undefined && taint.effect !== effect));
  }
  const { on } = change;
  return [...taints.filter((taint) => taint.key !== on.key || taint.effect !== on.effect), on];
}

function taintsOf(node: KubernetesObject): readonly Taint[] {
  return listAt(node, 'spec', 'taints').flatMap((taint) =>
    textAt(taint, 'key') === undefined || textAt(taint, 'effect') === undefined ? [] : [taint as Taint],
  );
}
