import type { Step } from '../../changes/index.ts';
import { getObject, isKubernetesError, type Connection } from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { listed, subjectNamed } from './subjects.ts';

export interface ConfigMapQuestion {
  readonly name: string;
  readonly namespace: string;
  /** Keys and what they shall hold. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** Keys to take away, by comma. */
  readonly remove?: string | undefined;
}

/** Sets and takes away keys of a ConfigMap; one that is not there is created. */
export async function configMapSteps(connection: Connection, question: ConfigMapQuestion): Promise<readonly Step[]> {
  const set = textsOf(question.set ?? {});
  const remove = listed(question.remove);
  if (Object.keys(set).length + remove.length === 0) {
    throw new UsageError('Nothing is set: give keys with their values in "set", keys to take away in "remove", or both.', {
      code: 'missing-argument',
      field: 'set',
    });
  }
  const both = remove.find((key) => Object.hasOwn(set, key));
  if (both !== undefined) {
    throw new UsageError(`The key ${quoted(both, 80)} is in "set" and in "remove".`, {
      code: 'invalid-argument',
      field: 'remove',
    });
  }
  const { cluster } = connection;
  const { kind, subject } = await subjectNamed(connection, {
    kind: 'configmaps',
    name: question.name,
    scope: [question.namespace],
  });
  try {
    await getObject(connection, kind, { namespace: question.namespace, name: question.name, metadataOnly: true });
  } catch (error) {
    if (!isKubernetesError(error, 'not-found') || remove.length > 0) throw error;
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: question.name, namespace: question.namespace },
      data: set,
    };
    return [{ action: 'create', cluster, object }];
  }
  const data = { ...set, ...Object.fromEntries(remove.map((key) => [key, null])) };
  return [{ action: 'patch', cluster, subject, type: 'merge', patch: { data } }];
}

/** Values as ConfigMaps have them: numbers and booleans are written out, anything else has to be a text. */
function textsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      if (typeof value === 'number' || typeof value === 'boolean') return [key, String(value)];
      throw new UsageError(`The value of ${quoted(key, 80)} in "set" is no text.`, {
        code: 'invalid-argument',
        field: 'set',
        advice: 'A ConfigMap holds texts: write JSON or YAML as one.',
      });
    }),
  );
}
