import { unredacted } from '../access/warrants/index.ts';
import {
  at,
  DEFINITION,
  getObject,
  groupKindOf,
  isKubernetesError,
  listAt,
  textAt,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { quoted, UsageError } from '../platform/index.ts';
import type { Step, Subject } from './step.ts';

/** Where a step goes: its object, and the way there. */
export interface Target {
  readonly subject: Subject;
  readonly kind: ResourceKind;
  /** Sees objects as they are. */
  readonly connection: Connection;
  /** The kind is served only after an earlier step: nothing can be asked before. */
  readonly pending: boolean;
}

const CUSTODY = unredacted();

/**
 * One connection a cluster, that sees objects as they are.
 * @param signal ends requests; `'none'` for what nobody may cut off half-way. @default the signal of the connection's call
 */
export function connections(
  connect: (cluster: string) => Promise<Connection>,
  signal: AbortSignal | 'none' | undefined,
): (cluster: string) => Promise<Connection> {
  const known = new Map<string, Promise<Connection>>();
  const custodyOf = (connection: Connection): Connection => {
    const ends = signal === 'none' ? undefined : (signal ?? connection.call.signal);
    return connection.during({ ...connection.call, custody: CUSTODY, signal: ends });
  };
  return (cluster) => {
    const found = known.get(cluster) ?? connect(cluster).then(custodyOf);
    known.set(cluster, found);
    return found;
  };
}

/**
 * What each step is about.
 * @throws UsageError naming the step, where it does not say what it is about, or two are about the same object
 */
export async function targetsOf(steps: readonly Step[], connection: (cluster: string) => Promise<Connection>): Promise<Target[]> {
  const seen = new Map<string, number>();
  return Promise.all(
    steps.map(async (step, index) => {
      const named = namedBy(step, index);
      const reached = await connection(step.cluster);
      const { kind, pending } = await kindOf(reached, named, step.cluster, steps);
      const subject = subjectOf(named, kind, step, index);
      const key = JSON.stringify([step.cluster, kind.group, kind.resource, subject.namespace ?? '', subject.name]);
      const other = seen.get(key);
      if (other !== undefined && !subject.name.endsWith(GENERATED)) {
        throw new UsageError(`Steps ${other + 1} and ${index + 1} are both about ${sayObject(subject)}.`, {
          code: 'same-object',
          advice: 'Put what is to become of one object into one step, or make a plan after the other.',
        });
      }
      seen.set(key, index);
      return { subject, kind, connection: reached, pending };
    }),
  );
}

/** What stands behind a name that the server will complete. */
const GENERATED = '…';

/** The object as it is now, hidden values included; null where there is none. */
export async function readLive({ connection, kind, subject }: Target): Promise<KubernetesObject | null> {
  try {
    return await getObject(connection, kind, { namespace: subject.namespace, name: subject.name });
  } catch (error) {
    if (isKubernetesError(error, 'not-found')) return null;
    throw error;
  }
}

/** `Deployment web in namespace shop`. */
export function sayObject({ kind, namespace, name }: Omit<Subject, 'cluster' | 'apiVersion'>): string {
  return `${kind} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

type Named = Omit<Subject, 'cluster'>;

function namedBy(step: Step, index: number): Named {
  const named = 'object' in step ? nameOf(step.object) : step.subject;
  for (const field of ['apiVersion', 'kind', 'name'] as const) {
    if (named[field] !== '') continue;
    const path = field === 'name' ? 'metadata.name' : field;
    throw new UsageError(`Object ${index + 1} has no ${path}.`, { code: 'invalid-object', field: path });
  }
  return named;
}

function nameOf(object: KubernetesObject): Named {
  const generated = textAt(object, 'metadata', 'generateName');
  return {
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    namespace: object.metadata?.namespace,
    name: object.metadata?.name ?? (generated === undefined ? '' : `${generated}${GENERATED}`),
  };
}

async function kindOf(
  connection: Connection,
  { apiVersion, kind }: Named,
  cluster: string,
  steps: readonly Step[],
): Promise<{ readonly kind: ResourceKind; readonly pending: boolean }> {
  const served = (await connection.kinds()).ofObject(apiVersion, kind);
  if (served !== undefined) return { kind: served, pending: false };
  const defined = steps.map((step) => (step.cluster === cluster ? definedBy(step, apiVersion, kind) : undefined)).find(Boolean);
  if (defined !== undefined) return { kind: defined, pending: true };
  // Asks the server once more, and says what is nearest.
  return { kind: (await connection.resolve(`${apiVersion}/${kind}`)).kind, pending: false };
}

/** The kind that a CustomResourceDefinition among the steps will make. */
function definedBy(step: Step, apiVersion: string, kind: string): ResourceKind | undefined {
  if (!('object' in step) || groupKindOf(step.object) !== DEFINITION) return undefined;
  const { object } = step;
  const [group = '', version = ''] = apiVersion.split('/');
  const names = at(object, 'spec', 'names');
  const served = listAt(object, 'spec', 'versions').find((entry) => textAt(entry, 'name') === version);
  if (textAt(names, 'kind') !== kind || textAt(object, 'spec', 'group') !== group || served === undefined) return undefined;
  const resource = textAt(names, 'plural') ?? '';
  return {
    group,
    version,
    kind,
    resource,
    singular: textAt(names, 'singular') ?? kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: textAt(object, 'spec', 'scope') === 'Namespaced',
    verbs: [],
    subresources: Object.keys((at(served, 'subresources') as object | undefined) ?? {}),
    preferred: true,
  };
}

function subjectOf(named: Named, kind: ResourceKind, step: Step, index: number): Subject {
  if (kind.namespaced && (named.namespace ?? '') === '') {
    throw new UsageError(`Object ${index + 1}, ${named.kind} ${quoted(named.name, 80)}, names no namespace.`, {
      code: 'invalid-object',
      field: 'metadata.namespace',
    });
  }
  return {
    cluster: step.cluster,
    apiVersion: named.apiVersion,
    kind: kind.kind,
    ...(kind.namespaced && { namespace: named.namespace }),
    name: named.name,
  };
}
