import type { Subject } from '../../changes/index.ts';
import { sayScope, type Scope } from '../../fleet/index.ts';
import { apiVersionOf, listMetadata, type Connection, type ResourceKind } from '../../kubernetes/index.ts';
import { mapBounded, quoted, UsageError } from '../../platform/index.ts';

/** Objects as a caller names them: one kind, by names or by a selector. */
export interface Wanted {
  readonly kind: string;
  /** Several by comma. */
  readonly name?: string | undefined;
  /** A label selector; not beside names. */
  readonly labels?: string | undefined;
  readonly scope: Scope;
}

/** What a step is about, without the cluster, which every step names by itself. */
export type StepSubject = Omit<Subject, 'cluster'>;

export interface Found {
  readonly kind: ResourceKind;
  readonly subjects: readonly StepSubject[];
}

/** More in one call is hardly meant; the policy may allow fewer in a plan. */
const MOST = 1_000;
const PAGE = 500;

/** Of a DNS subdomain, which is what names are at most. */
const LONGEST_NAME = 253;
const AT_ONCE = 8;

/**
 * The objects that are meant. Named ones are not looked up: planning says what is missing.
 * @throws UsageError for neither names nor a selector, for both, for a name without one namespace, and when a selector
 * finds nothing
 */
export async function subjectsOf(connection: Connection, wanted: Wanted): Promise<Found> {
  const { kind } = await connection.resolve(wanted.kind);
  const names = listed(wanted.name);
  if (names.length > 0 && wanted.labels !== undefined) {
    throw new UsageError('Objects are meant by "name" or by "labels", not by both.', {
      code: 'invalid-argument',
      field: 'labels',
    });
  }
  if (names.length > 0) return { kind, subjects: names.map((name) => subjectOf(kind, name, wanted.scope)) };
  if (wanted.labels === undefined) {
    throw new UsageError(`Which ${kind.resource} are meant is not said.`, {
      code: 'missing-argument',
      field: 'name',
      advice: 'Give "name", several by comma, or a selector in "labels".',
    });
  }
  return { kind, subjects: await selected(connection, kind, wanted.labels, wanted.scope) };
}

/** One object by its name. @throws UsageError as `subjectsOf`, and for several names */
export async function subjectNamed(
  connection: Connection,
  wanted: { readonly kind: string; readonly name: string; readonly scope: Scope },
): Promise<{ readonly kind: ResourceKind; readonly subject: StepSubject }> {
  const { kind, subjects } = await subjectsOf(connection, wanted);
  const [subject] = subjects;
  if (subject !== undefined && subjects.length === 1) return { kind, subject };
  throw new UsageError(`One name is needed here, and "${wanted.name.slice(0, 80)}" is ${subjects.length}.`, {
    code: 'invalid-argument',
    field: 'name',
  });
}

/** The subject of a kind. @throws UsageError where the namespace is not one, or the name none */
export function subjectOf(kind: ResourceKind, name: string, scope: Scope): StepSubject {
  if (name.length > LONGEST_NAME || /[/%]|^\.{1,2}$/.test(name)) {
    throw new UsageError(`${quoted(name, 80)} cannot be the name of an object.`, { code: 'invalid-argument', field: 'name' });
  }
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(kind.namespaced && { namespace: oneNamespace(scope) }),
    name,
  };
}

/** @throws UsageError for several namespaces, or all: a change of a named object is in one place */
export function oneNamespace(scope: Scope): string {
  const [namespace] = scope === '*' ? [] : scope;
  if (namespace !== undefined && scope.length === 1) return namespace;
  throw new UsageError(`A change by name needs one namespace, not what is ${sayScope(scope)}.`, {
    code: 'invalid-argument',
    field: 'namespace',
    advice: 'Name one namespace, or choose the objects by "labels".',
  });
}

/** The entries of a list by comma, each once. */
export function listed(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(',').map((part) => part.trim()))].filter((part) => part !== '');
}

async function selected(
  connection: Connection,
  kind: ResourceKind,
  labels: string,
  scope: Scope,
): Promise<readonly StepSubject[]> {
  const namespaces = kind.namespaced && scope !== '*' ? scope : [undefined];
  const found = await mapBounded(namespaces, AT_ONCE, async (namespace) => selectedIn(connection, kind, { labels, namespace }));
  const subjects = found.flat();
  if (subjects.length > 0) return subjects;
  const where = kind.namespaced ? ` ${sayScope(scope)}` : '';
  throw new UsageError(`No ${kind.resource} match "${labels.slice(0, 200)}"${where} of cluster ${connection.cluster}.`, {
    code: 'not-found',
    field: 'labels',
  });
}

async function selectedIn(
  connection: Connection,
  kind: ResourceKind,
  selection: { readonly labels: string; readonly namespace: string | undefined },
): Promise<readonly StepSubject[]> {
  const subjects: StepSubject[] = [];
  let next: string | undefined;
  do {
    const page = await listMetadata(connection, kind, { ...selection, limit: PAGE, continue: next });
    for (const { metadata } of page.items) {
      const { name, namespace } = metadata ?? {};
      if (name === undefined) continue;
      subjects.push({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...(kind.namespaced && { namespace }), name });
    }
    if (subjects.length > MOST) {
      throw new UsageError(`More than ${MOST} ${kind.resource} match "${selection.labels.slice(0, 200)}".`, {
        code: 'too-many-objects',
        field: 'labels',
        advice: 'Select fewer, by namespace or by more labels.',
      });
    }
    next = page.metadata.continue === '' ? undefined : page.metadata.continue;
  } while (next !== undefined);
  return subjects;
}
