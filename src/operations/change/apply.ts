import { withoutServerFields, type ApplyStep, type DeleteStep } from '../../changes/index.ts';
import {
  at,
  DEFINITION,
  groupKindOf,
  textAt,
  type Connection,
  type KindIndex,
  type KubernetesObject,
  type ObjectMeta,
} from '../../kubernetes/index.ts';
import { nearest, quoted, UsageError } from '../../platform/index.ts';
import { parseManifests } from './manifests.ts';
import { memberOf, prunedFrom } from './set.ts';

export interface ApplyQuestion {
  /** YAML or JSON, many documents. */
  readonly manifests: string;
  /** For objects that name none. */
  readonly namespace: string;
  /** Takes over fields that other managers own. */
  readonly force?: boolean | undefined;
  /** The name of a set: objects of it that the manifests no longer hold are deleted. */
  readonly prune?: string | undefined;
}

/**
 * The steps that bring a cluster to what manifests say.
 * @throws UsageError for manifests that cannot be read, kinds that are not served, and objects that stand there twice
 */
export async function applySteps(connection: Connection, question: ApplyQuestion): Promise<readonly (ApplyStep | DeleteStep)[]> {
  const objects = await parseManifests(question.manifests);
  const defined = definedKinds(objects);
  const placed: KubernetesObject[] = [];
  for (const object of objects) placed.push(await placedObject(connection, object, { ...question, defined }));
  refuseTwice(placed);
  const { cluster } = connection;
  const force = question.force === true && { force: true };
  const applied = placed.map((object): ApplyStep => ({
    action: 'apply',
    cluster,
    object: question.prune === undefined ? object : memberOf(question.prune, object),
    ...force,
  }));
  if (question.prune === undefined) return applied;
  return [...applied, ...(await prunedFrom(connection, question.prune, placed))];
}

/** Kinds that CustomResourceDefinitions among the objects define, and whether they are namespaced. */
type DefinedKinds = ReadonlyMap<string, boolean>;

function definedKinds(objects: readonly KubernetesObject[]): DefinedKinds {
  return new Map(
    objects
      .filter((object) => groupKindOf(object) === DEFINITION)
      .map((object) => [
        `${textAt(object, 'spec', 'group') ?? ''}/${textAt(object, 'spec', 'names', 'kind') ?? ''}`,
        textAt(object, 'spec', 'scope') === 'Namespaced',
      ]),
  );
}

/** The object with the namespace that it belongs to, and without what only servers write. */
async function placedObject(
  connection: Connection,
  object: KubernetesObject,
  { namespace, defined }: { readonly namespace: string; readonly defined: DefinedKinds },
): Promise<KubernetesObject> {
  const { kind = '' } = object;
  const namespaced = defined.get(groupKindOf(object)) ?? (await isNamespaced(connection, object));
  const wanted = withoutServerFields(object);
  const { namespace: own, ...metadata }: ObjectMeta = wanted.metadata ?? {};
  if (!namespaced && own !== undefined) {
    throw new UsageError(`${kind} ${quoted(metadata.name, 80)} names a namespace, and objects of its kind are in none.`, {
      code: 'invalid-manifest',
      field: 'manifests',
    });
  }
  return { ...wanted, metadata: { ...metadata, ...(namespaced && { namespace: own ?? namespace }) } };
}

async function isNamespaced(connection: Connection, { apiVersion = '', kind = '' }: KubernetesObject): Promise<boolean> {
  const known = (await connection.kinds()).ofObject(apiVersion, kind);
  if (known !== undefined) return known.namespaced;
  // Asks the server once more for what may be new, and says what comes near.
  const { kind: resolved } = await connection.resolve(`${apiVersion}/${kind}`).catch(async (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw unknownKind(await connection.kinds(), apiVersion, kind, connection.cluster);
  });
  return resolved.namespaced;
}

function unknownKind(index: KindIndex, apiVersion: string, kind: string, cluster: string): UsageError {
  const served = index.kinds.map((each) => `${each.group === '' ? '' : `${each.group}/`}${each.version} ${each.kind}`);
  const sameKind = served.filter((text) => text.endsWith(` ${kind}`));
  const close = sameKind.length > 0 ? sameKind : nearest(`${apiVersion} ${kind}`, served);
  return new UsageError(`Cluster ${cluster} serves no ${quoted(kind, 80)} of ${quoted(apiVersion, 80)}.`, {
    code: 'unknown-kind',
    field: 'manifests',
    advice: close.length === 0 ? 'kube_kinds lists what the cluster serves.' : `Nearest: ${close.slice(0, 3).join(', ')}.`,
  });
}

function refuseTwice(objects: readonly KubernetesObject[]): void {
  const seen = new Set<string>();
  for (const object of objects) {
    const where = at(object, 'metadata', 'namespace');
    const name = `${object.kind ?? ''} ${typeof where === 'string' ? `${where}/` : ''}${object.metadata?.name ?? ''}`;
    const key = `${object.apiVersion ?? ''} ${name}`;
    if (seen.has(key)) {
      throw new UsageError(`${quoted(name, 160)} stands in the manifests twice.`, {
        code: 'invalid-manifest',
        field: 'manifests',
      });
    }
    seen.add(key);
  }
}
