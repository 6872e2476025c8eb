import { getNamed } from '../../get.ts';
import type { Connection, KubernetesObject, ResourceKind } from '../../../kubernetes/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { subjectNamed, type StepSubject, type Wanted } from '../subjects.ts';

/** A workload as the cluster has it now. */
export interface Workload {
  readonly kind: ResourceKind;
  readonly subject: StepSubject;
  readonly object: KubernetesObject;
}

export type NamedWorkload = Pick<Wanted, 'kind' | 'scope'> & { readonly name: string };

/** Reads a workload. @throws UsageError, KubernetesError (`not-found`, with what comes near) */
export async function workloadNamed(connection: Connection, wanted: NamedWorkload): Promise<Workload> {
  const { kind, subject } = await subjectNamed(connection, wanted);
  const object = await getNamed(connection, { kind, namespace: subject.namespace ?? '', name: subject.name });
  return { kind, subject, object: { apiVersion: subject.apiVersion, kind: subject.kind, ...object } };
}

/** @throws UsageError when the kind is not among those that know what is asked for */
export function onlyFor({ object }: Workload, kinds: readonly string[], what: string): void {
  if (kinds.includes(object.kind ?? '')) return;
  throw new UsageError(`${object.kind} ${quoted(object.metadata?.name ?? '', 80)} cannot be ${what}.`, {
    code: 'invalid-argument',
    field: 'kind',
    advice: `Kinds that can: ${kinds.join(', ')}.`,
  });
}
