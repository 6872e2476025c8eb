import { count, memory, oneLine } from '../../../answers/index.ts';
import { sayScope } from '../../../fleet/index.ts';
import { findLogs, LEVELS, type LinePlace, type LogsRead } from '../../../operations/logs/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { listed } from '../input.ts';
import { DISCOVERY, RBAC, WITH_PODS } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { pageOf } from './paging.ts';
import { sinceSeconds } from './since.ts';
import { logsAnswer } from './logs/answer.ts';

/** Lines of each log, unless something is looked for in all of it. */
const TAIL = 100;
/** Milliseconds that reading may take for a client that hears how it goes, or waits for a task. */
const LONGEST_HEARD = 300_000;
/** Lines to begin with when what follows is of interest. */
const TAIL_BEFORE_FOLLOWING = 10;

export const logsTool = defineTool({
  name: 'kube_logs',
  title: 'Read logs',
  description:
    'Logs of a pod, workload, labels or namespace, merged by time, repeats and stack traces folded, errors first. grep and level search all of it.',
  arguments: {
    kind: { ...SHARED.kind, description: 'of the owner: deploy, job, service' },
    name: SHARED.name,
    labels: SHARED.labels,
    namespace: SHARED.namespace,
    container: { type: 'string', description: '* for all', maxLength: 253 },
    tail: {
      type: 'integer',
      minimum: 1,
      description: 'last lines; default 100, all with a filter',
    },
    since: { type: 'string', description: '10m, 2h', maxLength: 40 },
    since_time: { type: 'string', description: 'RFC 3339', maxLength: 40 },
    previous: { type: 'boolean', description: 'before restart' },
    grep: { type: 'string', description: 'RE2: (?i)a|b', maxLength: 512 },
    context: { type: 'integer', minimum: 0, maximum: 20, description: 'lines around' },
    level: { type: 'string', enum: LEVELS, description: 'and worse' },
    timestamps: { type: 'boolean', description: 'full times' },
    follow: { type: 'integer', minimum: 1, maximum: 300, description: 'seconds' },
    cluster: SHARED.cluster,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [
    { of: [RBAC.logs], verbs: ['get'], why: 'logs' },
    { of: [RBAC.pods], verbs: ['get', 'list'], why: 'whose logs there are' },
    { of: WITH_PODS, verbs: ['get', 'list'], why: 'which pods a workload has', optional: true },
  ],
  given: DISCOVERY,
  long: true,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const scope = context.scope(input.namespace, connection);
    const page = pageOf('kube_logs', input, connection.cluster, context);
    // The signature of the cursor says that we made it ourselves.
    const place = page.after as unknown as readonly [LinePlace, LinePlace] | undefined;
    const following = input.follow !== undefined && place === undefined;
    const searches = [input.grep, input.level, input.since, input.since_time].some((each) => each !== undefined);
    const tail = input.tail ?? (following ? TAIL_BEFORE_FOLLOWING : searches ? undefined : TAIL);
    const found = await findLogs(connection, {
      scope,
      kind: input.kind,
      names: listed(input.name),
      labels: input.labels,
      container: input.container,
      previous: input.previous,
      tail,
      sinceSeconds: input.since === undefined ? undefined : Math.max(1, Math.round(sinceSeconds('kube_logs', input.since))),
      sinceTime: input.since_time === undefined ? undefined : timeOf(input.since_time),
      grep: input.grep,
      level: input.level,
      context: input.context,
      between: place === undefined ? undefined : { after: place[0], before: place[1] },
      followFor: following ? (input.follow ?? 0) * 1_000 : undefined,
      longest: context.progress === undefined ? undefined : LONGEST_HEARD,
      onRead: (read) => context.progress?.(sayRead(read), read.bytes),
    });
    return logsAnswer(found, {
      cluster: connection.cluster,
      place: `${sayScope(scope)} of cluster ${connection.cluster}`,
      tail: place === undefined ? tail : undefined,
      narrowed: [
        ...(input.previous === true ? ['of the instance before'] : []),
        ...(input.grep === undefined ? [] : [`matching ${quoted(input.grep, 80)}`]),
        ...(input.level === undefined ? [] : [`of level ${input.level} and worse`]),
        ...(input.since === undefined ? [] : [`of the last ${input.since}`]),
        ...(input.since_time === undefined ? [] : [`since ${input.since_time}`]),
      ],
      followed: following ? input.follow : undefined,
      isFirstPage: place === undefined,
      timestamps: input.timestamps ?? false,
      mint: page.mint,
    });
  },
});

function sayRead({ bytes, lines, latest }: LogsRead): string {
  return `${memory(bytes)}B read, ${count(lines, 'line')}${latest === undefined ? '' : `; latest: ${oneLine(latest, 200)}`}`;
}

function timeOf(text: string): string {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new UsageError(`kube_logs: argument "since_time" cannot be ${quoted(text, 60)}.`, {
    code: 'invalid-argument',
    field: 'since_time',
    advice: 'Write a time such as 2026-01-31T12:00:00Z.',
  });
}
