import type { Step } from '../../../changes/index.ts';
import { getNamed } from '../../get.ts';
import { at, type Connection } from '../../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../../platform/index.ts';
import { subjectNamed } from '../subjects.ts';
import { generated } from './generate.ts';

export interface SecretQuestion {
  readonly name: string;
  readonly namespace: string;
  /** See generated. */
  readonly generate?: string | undefined;
  /** Values that are known to the caller anyway. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** @default Opaque */
  readonly type?: string | undefined;
}

/** Creates a Secret. What is generated stands in the step, and in no answer. */
export function secretSteps(connection: Connection, question: SecretQuestion): readonly Step[] {
  const values = valuesOf(question);
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: question.name, namespace: question.namespace },
    type: question.type ?? 'Opaque',
    data: encoded(values),
  };
  return [{ action: 'create', cluster: connection.cluster, object }];
}

/** Gives keys of a Secret new values. @throws UsageError for keys that it does not have */
export async function rotateSteps(connection: Connection, question: SecretQuestion): Promise<readonly Step[]> {
  const values = valuesOf(question);
  const { subject } = await subjectNamed(connection, { kind: 'secrets', name: question.name, scope: [question.namespace] });
  const { keys } = await secretKeys(connection, question);
  const names = keys.map(({ key }) => key);
  const unknown = Object.keys(values).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(
      `Secret ${quoted(question.name, 80)} has no key ${quoted(unknown, 80)}${didYouMean(unknown.slice(0, 60), names) || '.'}`,
      { code: 'unknown-key', field: 'generate', advice: `Keys: ${names.join(', ')}.` },
    );
  }
  return [{ action: 'patch', cluster: connection.cluster, subject, type: 'merge', patch: { data: encoded(values) } }];
}

/** What a Secret holds, but for its values. */
export interface SecretKeys {
  readonly type: string | undefined;
  readonly keys: readonly { readonly key: string; readonly bytes: number | undefined }[];
}

/** The keys of a Secret with the sizes of their values. */
export async function secretKeys(connection: Connection, named: Pick<SecretQuestion, 'name' | 'namespace'>): Promise<SecretKeys> {
  const { kind } = await connection.resolve('secrets');
  const secret = await getNamed(connection, { kind, ...named });
  const type = at(secret, 'type');
  return {
    type: typeof type === 'string' ? type : undefined,
    keys: Object.entries((at(secret, 'data') ?? {}) as Readonly<Record<string, unknown>>).map(([key, marker]) => ({
      key,
      bytes: bytesOf(marker),
    })),
  };
}

/**
 * The values of a Secret as texts; what is no text stays in base64.
 * @param connection one that reveals them; any other gives sizes
 */
export async function secretValues(
  connection: Connection,
  named: Pick<SecretQuestion, 'name' | 'namespace'>,
): Promise<Readonly<Record<string, string>>> {
  const { kind } = await connection.resolve('secrets');
  const data = (at(await getNamed(connection, { kind, ...named }), 'data') ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const text = Buffer.from(String(value), 'base64').toString('utf8');
      return [key, text.includes('\ufffd') ? String(value) : text];
    }),
  );
}

/** Redaction leaves the size of a value and nothing else. */
function bytesOf(marker: unknown): number | undefined {
  const [, bytes] = /^<redacted (\d+) bytes>$/.exec(String(marker)) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}

function valuesOf({ generate, set = {} }: SecretQuestion): Readonly<Record<string, string>> {
  const given = Object.fromEntries(
    Object.entries(set).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw new UsageError(`The value of ${quoted(key, 80)} in "set" is no text.`, { code: 'invalid-argument', field: 'set' });
    }),
  );
  const made = generate === undefined ? {} : generated(generate);
  const both = Object.keys(made).find((key) => Object.hasOwn(given, key));
  if (both !== undefined) {
    throw new UsageError(`The key ${quoted(both, 80)} is in "set" and in "generate".`, {
      code: 'invalid-argument',
      field: 'set',
    });
  }
  if (Object.keys(made).length + Object.keys(given).length === 0) {
    throw new UsageError('No key is named: say in "generate" what to make.', {
      code: 'missing-argument',
      field: 'generate',
      advice: 'e.g. password,token:hex:16,signing:rsa',
    });
  }
  return { ...given, ...made };
}

function encoded(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
}
