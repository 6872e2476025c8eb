import { questionOf, readCursor } from '../../../../answers/index.ts';
import type { Connection, ResolvedKind } from '../../../../kubernetes/index.ts';
import { gatherFrom, type Missing } from '../../../../fleet/index.ts';
import { compileWhere } from '../../../../operations/index.ts';
import { clustersDone } from '../../progress.ts';
import type { ToolContext } from '../../tool.ts';
import type { KindQuestion, Question, Side } from './question.ts';

/** The arguments that decide what is looked at. */
export interface Asked {
  readonly kind: string;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labels?: string | undefined;
  readonly fields?: string | undefined;
  readonly where?: string | undefined;
  readonly sort?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Understands the arguments: which clusters, which kinds there, which namespaces, where to go on. */
export async function understand(input: Asked, context: ToolContext): Promise<Question> {
  const clusters = await context.select(input.cluster);
  const missing: Missing[] = [];
  const onSettled = clustersDone(context.progress);
  const kinds =
    clusters.length === 1
      ? await onOne(input, context, clusters[0] ?? '')
      : await onMany(input, context, clusters, { missing, onSettled });
  const [side] = kinds.flatMap((kind) => kind.sides);
  const digest = (): string => questionOf('kube_get', { ...input, cluster: clusters.join(',') });
  return {
    clusters,
    kinds,
    scope: side?.scope ?? '*',
    selection: { labels: input.labels, fields: input.fields },
    where: input.where === undefined ? undefined : await compileWhere(input.where, context.now()),
    sort: input.sort,
    limit: input.limit,
    now: context.now(),
    digest,
    cursorKey: context.cursorKey,
    after: input.cursor === undefined ? undefined : readCursor(input.cursor, digest(), context.cursorKey),
    missing,
    onSettled,
  };
}

async function onOne(input: Asked, context: ToolContext, cluster: string): Promise<readonly KindQuestion[]> {
  const connection = await context.connect(cluster);
  const resolved = await connection.resolveMany(input.kind);
  return resolved.map((kind) => ({ ...kind, sides: [sideOf(input, context, connection, kind)] }));
}

/** A kind is the same on all clusters that know it by resource and group; the version may differ. */
async function onMany(
  input: Asked,
  context: ToolContext,
  clusters: readonly string[],
  { missing, onSettled }: Pick<Question, 'missing' | 'onSettled'>,
): Promise<readonly KindQuestion[]> {
  const resolveOn = async (cluster: string) => {
    const connection = await context.connect(cluster, { fanOut: true });
    return { connection, resolved: await connection.resolveMany(input.kind) };
  };
  const found = await gatherFrom(clusters, resolveOn, onSettled);
  missing.push(...found.missing);
  const [failure] = found.missing;
  if (found.answers.length === 0 && failure !== undefined) throw failure.error;
  const byKind = new Map<string, ResolvedKind & { sides: Side[] }>();
  for (const { value } of found.answers) {
    for (const kind of value.resolved) {
      const key = `${kind.kind.resource}.${kind.kind.group}`;
      const known = byKind.get(key) ?? { ...kind, sides: [] };
      known.sides.push(sideOf(input, context, value.connection, kind));
      byKind.set(key, known);
    }
  }
  return [...byKind.values()];
}

function sideOf(input: Asked, context: ToolContext, connection: Connection, { kind }: ResolvedKind): Side {
  return { cluster: connection.cluster, connection, kind, scope: context.scope(input.namespace, connection) };
}
